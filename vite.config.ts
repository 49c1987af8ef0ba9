import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };

const root = import.meta.dirname;
const external = [
  ...builtinModules,
  ...builtinModules.map((name) => `node:${name}`),
  'electron',
  ...Object.keys(manifest.dependencies),
  /^(@googleapis|@hono|@noble|hono|react|rrule-temporal|temporal-polyfill|electron-log)\//,
];

/** One configuration for everything that is built: the page, and the Node programs. */
export default defineConfig({
  root: resolve(root, 'src/renderer'),
  base: './',
  plugins: [react()],
  define: { __CALSYNC_VERSION__: JSON.stringify(manifest.version) },
  builder: {},
  environments: {
    client: {
      build: { outDir: resolve(root, 'dist/renderer'), emptyOutDir: true },
    },
    main: {
      consumer: 'server',
      build: {
        outDir: resolve(root, 'dist/main'),
        emptyOutDir: true,
        target: 'node22',
        minify: false,
        sourcemap: true,
        rollupOptions: {
          input: {
            calsync: resolve(root, 'src/main/cli/main.ts'),
            demo: resolve(root, 'src/main/demo/main.ts'),
            simulator: resolve(root, 'src/simulator/main.ts'),
          },
          external,
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
  },
});
