import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

/** Tests that drive the built page in a real Chromium: `npx vitest run --config build/vitest.browser.config.ts`. */
export default defineConfig({
  test: {
    root,
    include: ['tests/renderer/**/*.browser.ts'],
    globalSetup: [resolve(root, 'tests/renderer/support/built-page.ts')],
    env: { TZ: 'UTC' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Because each file starts a browser, more of them at once would only wait for each other.
    fileParallelism: false,
  },
});
