import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildPage } from '../../../build/page.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the page, built from the present sources. */
    rendererFolder: string;
  }
}

/** Builds the page once for all browser tests, beside `dist` so that a running demo is not disturbed. */
export default async function setup(project: TestProject): Promise<void> {
  const folder = resolve(import.meta.dirname, '../../../node_modules/.cache/calsync-page');
  await buildPage(folder);
  project.provide('rendererFolder', folder);
}
