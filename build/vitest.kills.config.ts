import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

/** Tests that kill the program in processes of its own: `npm run test:kills`. */
export default defineConfig({
  test: {
    root,
    include: ['tests/**/*.kill.ts'],
    env: { TZ: 'UTC' },
    // Because each of them starts a process after the other, more at once would only wait for each other.
    fileParallelism: false,
  },
});
