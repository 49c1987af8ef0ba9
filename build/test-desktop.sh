#!/usr/bin/env bash
# Drives the built app in a real Electron, with a virtual display, a D-Bus session and a real keychain of its own.
#
# usage: build/test-desktop.sh [folder of an Electron runtime] [arguments for vitest | --run program arguments]
#   Without a folder, ELECTRON_OVERRIDE_DIST_PATH says where it is, or else the electron package's own is used. With
#   --run, another program is run in the same surroundings: node build/pictures-desktop.ts <folder>, for one. Needs: xvfb,
#   dbus, gnome-keyring, libsecret-1-0. Exits with 2 when one of these is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ $# -gt 0 && -d $1 ]]; then
  ELECTRON_OVERRIDE_DIST_PATH=$(cd "$1" && pwd)
  shift
fi
export ELECTRON_OVERRIDE_DIST_PATH=${ELECTRON_OVERRIDE_DIST_PATH:-$PWD/node_modules/electron/dist}
[[ -x $ELECTRON_OVERRIDE_DIST_PATH/electron ]] || {
  echo "test-desktop: no Electron in $ELECTRON_OVERRIDE_DIST_PATH" >&2
  exit 2
}
for program in xvfb-run dbus-run-session gnome-keyring-daemon; do
  command -v "$program" >/dev/null || {
    echo "test-desktop: $program is missing (packages: xvfb dbus gnome-keyring libsecret-1-0)" >&2
    exit 2
  }
done

if [[ ${1:-} == --run ]]; then
  shift
else
  set -- vitest run --config build/vitest.desktop.config.ts "$@"
fi
export PATH="$PWD/node_modules/.bin:$PATH"
node build/ensure-built.mjs
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -m 700 "$scratch/home" "$scratch/runtime"

# A home of its own, because otherwise a developer's own keychain and data would be written to.
HOME="$scratch/home" XDG_DATA_HOME="$scratch/home/data" XDG_CONFIG_HOME="$scratch/home/config" \
  XDG_CACHE_HOME="$scratch/home/cache" XDG_RUNTIME_DIR="$scratch/runtime" \
  timeout 1200 xvfb-run -a dbus-run-session -- bash -euo pipefail -c '
    printf fictional | gnome-keyring-daemon --unlock --components=secrets >/dev/null
    exec "$@"
  ' bash "$@"
