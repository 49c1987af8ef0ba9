import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { classNameOf } from './build/class-name.ts';
import manifest from './package.json' with { type: 'json' };

const root = import.meta.dirname;
/** What has an addon of its own, or finds its files beside itself. */
const natives = ['electron', 'better-sqlite3', 'keytar', /^electron-log/];

/** One configuration for everything that is built: the page, and the Node programs. */
export default defineConfig({
  root: resolve(root, 'src/renderer'),
  base: './',
  plugins: [react()],
  css: { modules: { generateScopedName: classNameOf } },
  define: { __CALSYNC_VERSION__: JSON.stringify(manifest.version) },
  builder: {},
  environments: {
    client: {
      build: {
        outDir: resolve(root, 'dist/renderer'),
        emptyOutDir: true,
        rolldownOptions: {
          input: ['index', 'settings']
            .map((page) => resolve(root, `src/renderer/${page}.html`))
            .filter((page) => existsSync(page)),
        },
      },
    },
    preload: {
      consumer: 'server',
      build: {
        outDir: resolve(root, 'dist/preload'),
        emptyOutDir: true,
        target: 'chrome130',
        minify: false,
        rolldownOptions: {
          input: { index: resolve(root, 'src/preload/index.ts') },
          external: ['electron'],
          // Because a sandboxed preload script is one CommonJS file that can require Electron alone.
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
    // The main process of the desktop app: one file with all it needs, because each module more would delay the tray.
    electron: {
      consumer: 'server',
      resolve: { noExternal: true },
      build: {
        outDir: resolve(root, 'dist/electron'),
        emptyOutDir: true,
        target: 'node22',
        minify: false,
        sourcemap: true,
        rolldownOptions: {
          input: { main: resolve(root, 'src/main/electron/boot.ts') },
          external: ['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
    // The command line and the engine: in few files, because loading two hundred modules is most of what a short command does.
    main: {
      consumer: 'server',
      resolve: { noExternal: true },
      build: {
        outDir: resolve(root, 'dist/main'),
        emptyOutDir: true,
        target: 'node22',
        minify: false,
        sourcemap: true,
        rolldownOptions: {
          input: {
            calsync: resolve(root, 'src/main/cli/main.ts'),
            demo: resolve(root, 'src/main/demo/main.ts'),
            simulator: resolve(root, 'src/simulator/main.ts'),
            'engine-process': resolve(root, 'src/main/electron/engine/process.ts'),
            'demo-process': resolve(root, 'src/main/electron/engine/demo-process.ts'),
          },
          external: [...builtinModules, ...builtinModules.map((name) => `node:${name}`), ...natives],
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  },
  test: {
    root,
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    exclude: ['tests/desktop/**', 'tests/bench/**'],
    env: { TZ: 'UTC' },
    setupFiles: ['tests/support/property-seed.ts'],
    // Because titles come from named rows, which otherwise end in the middle of a sentence, and can be told apart no more.
    taskTitleValueFormatTruncate: 0,
    // A limit for what hangs, and no measure of speed: a busy machine must not turn a test red.
    testTimeout: 60_000,
    // The same for what is waited for: one second of a busy machine is nothing.
    expect: { poll: { timeout: 30_000 } },
    // Because loading all modules anew for each file took more than half of the time. What one file could leave behind for
    // another is looked for at night, by `npm run test:isolated` and in other orders (`npm test -- --sequence.shuffle.files`).
    isolate: process.env['CALSYNC_TEST_ISOLATED'] === '1',
    maxWorkers: 2,
  },
});
