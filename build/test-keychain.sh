#!/usr/bin/env bash
# Tests the vault against a real keychain (Linux: gnome-keyring in a D-Bus session of its own, in a home of its own),
# then with one that is locked, and then without any. Needs: gnome-keyring, dbus, libsecret-1-0. Exits with 1 when a test fails, 2 when one of these
# is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in dbus-run-session gnome-keyring-daemon; do
  if ! command -v "$program" >/dev/null; then
    echo "test-keychain: $program is missing (packages: gnome-keyring dbus libsecret-1-0)" >&2
    exit 2
  fi
done

export PATH="$PWD/node_modules/.bin:$PATH"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -m 700 "$scratch/home" "$scratch/runtime"
cat >"$scratch/vitest.config.mjs" <<CONFIG
export default { test: { root: '$PWD', include: ['tests/platform/*.keychain.ts'], testTimeout: 30000 } };
CONFIG
run() { vitest run --config "$scratch/vitest.config.mjs" "$1"; }
export -f run
export scratch

# A home of its own, because otherwise a developer's own keychain would be written to.
HOME="$scratch/home" XDG_DATA_HOME="$scratch/home/data" XDG_RUNTIME_DIR="$scratch/runtime" \
  timeout 120 dbus-run-session -- bash -euo pipefail -c '
    printf fictional | gnome-keyring-daemon --unlock --components=secrets >/dev/null
    run tests/platform/keychain.keychain.ts
  '

# A display would let the keychain ask for its password there, and nobody would answer.
env -u DISPLAY -u WAYLAND_DISPLAY HOME="$scratch/home" XDG_DATA_HOME="$scratch/home/data" XDG_RUNTIME_DIR="$scratch/runtime" \
  timeout 180 dbus-run-session -- bash -euo pipefail -c 'run tests/platform/locked.keychain.ts'

env -u DISPLAY -u WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS="unix:path=$scratch/no-bus" XDG_RUNTIME_DIR="$scratch/none" \
  timeout 60 bash -euo pipefail -c 'run tests/platform/no-keychain.keychain.ts'
