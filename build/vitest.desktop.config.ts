import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

/** Tests that drive the built app in a real Electron; started by `build/test-desktop.sh`. */
export default defineConfig({
  test: {
    root,
    include: ['tests/desktop/**/*.desktop.ts'],
    env: { TZ: 'UTC' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Because each file starts apps of its own, more of them at once would only wait for each other.
    fileParallelism: false,
    sequence: { concurrent: false },
  },
});
