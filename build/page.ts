import { resolve } from 'node:path';
import { createBuilder } from 'vite';

const root = resolve(import.meta.dirname, '..');

/** Takes a folder; builds the page alone into it, as `npm run build` builds it. */
export async function buildPage(outDir: string): Promise<void> {
  // Because a test runner sets it to something else, and React would then be built with its checks for development.
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  const builder = await createBuilder({
    configFile: resolve(root, 'vite.config.ts'),
    logLevel: 'warn',
    environments: { client: { build: { outDir, emptyOutDir: true } } },
  });
  const client = builder.environments['client'];
  if (client) await builder.build(client);
  if (before === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = before;
}
