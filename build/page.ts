import { resolve } from 'node:path';
import { createBuilder } from 'vite';

const root = resolve(import.meta.dirname, '..');

/** Takes a folder; builds the page alone into it, as `npm run build` builds it. */
export async function buildPage(outDir: string): Promise<void> {
  const builder = await createBuilder({
    configFile: resolve(root, 'vite.config.ts'),
    logLevel: 'warn',
    environments: { client: { build: { outDir, emptyOutDir: true } } },
  });
  const client = builder.environments['client'];
  if (client) await builder.build(client);
}
