// Builds dist/ when a source is newer than it, because `npm run demo` must work straight after `npm ci`
// and must not build again each time.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const stamp = join(root, 'dist/main/demo.js');

/** Newest modification time, in ms since the epoch, of the files below a folder (or of one file). */
function newest(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const sources = ['src', 'vite.config.ts', 'package.json'].map((name) => newest(join(root, name)));
const others = ['renderer/index.html', 'preload/index.cjs', 'electron/main.cjs'].map((name) =>
  join(root, 'dist', name),
);
if (existsSync(stamp) && others.every((name) => existsSync(name)) && statSync(stamp).mtimeMs > Math.max(...sources))
  process.exit(0);

process.stderr.write('Building CalSync …\n');
const vite = join(root, 'node_modules/vite/bin/vite.js');
const built = spawnSync(process.execPath, [vite, 'build', '--app', '--logLevel', 'warn'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
process.exit(built.status ?? 1);
