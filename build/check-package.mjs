// Run by electron-builder when an app has been put together: holds what is in it against what it needs.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Arch } from 'electron-builder';

/**
 * Takes what electron-builder tells of the packed app; throws when its addons are not exactly those that its system
 * loads, or when something of this folder is in it that it never runs.
 */
export default function checkPackage({ appOutDir, electronPlatformName, arch }) {
  const files = readdirSync(appOutDir, { recursive: true }).map((path) => path.split(sep).join('/'));
  const target = `${electronPlatformName}-${Arch[arch]}`;
  demand(
    `addons for ${target}`,
    files.filter((path) => path.endsWith('.node')).map((path) => path.replace(/^.*\/node_modules\//, '')),
    [`better-sqlite3/prebuilds/${target}.node`, `keytar/prebuilds/${target}/keytar.node`],
  );
  const archive = files.find((path) => path.endsWith('/app.asar')) ?? '';
  demand('folders', archivedAt(join(appOutDir, archive)), ['build', 'dist', 'node_modules', 'package.json']);
}

function demand(what, found, wanted) {
  if ([...found].sort().join() === wanted.join()) return;
  throw new Error(`The package has these ${what}: ${found.join(', ') || 'none'}. Wanted: ${wanted.join(', ')}.`);
}

/** Takes the path of an archive; returns what is at its root. Its header: four 32-bit numbers, then that much JSON. */
function archivedAt(path) {
  const bytes = readFileSync(path);
  return Object.keys(JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))).files);
}
