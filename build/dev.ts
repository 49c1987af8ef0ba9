// The pages with hot reload, over made-up data or over the real app on the simulator. Run by `npm run dev`; it opens nothing, and
// Ctrl-C ends it with all that it has started.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { servePages } from './dev/pages.ts';
import { readyMessageSchema } from './dev/ready.ts';
import { startRestarted } from './dev/restarted.ts';

const usage = `npm run dev -- [--scene NAME | --engine] [--port NUMBER]

  --scene NAME     which made-up data the pages show: a name of a picture in docs/images, without "page-" or "settings-"
  --engine         the real app instead, without a window, on a simulated Google of its own
  --port NUMBER    port of the pages; 0 for any free one. Otherwise 5173, or the next one that is free`;

interface Options {
  readonly engine: boolean;
  readonly scene: string;
  readonly port: number | undefined;
}

/** Takes the arguments; returns what they ask for, or the exit code where there is nothing to start. */
function readOptions(args: string[]): Options | number {
  try {
    const { values } = parseArgs({
      args,
      options: {
        engine: { type: 'boolean', default: false },
        scene: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
      throw new Error('A port is a number from 0 to 65535.');
    if (values.engine && values.scene !== undefined) throw new Error('--engine shows no made-up data.');
    return { engine: values.engine, scene: values.scene ?? 'in-sync', port };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    return 2;
  }
}

/** Serves what was asked for until the end; returns the exit code. */
async function run({ engine, scene, port }: Options, end: AbortSignal): Promise<number> {
  const root = resolve(import.meta.dirname, '..');
  const pages = await servePages(port).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return null;
  });
  if (pages === null) return 1;
  const behind = startRestarted({
    program: resolve(import.meta.dirname, engine ? 'dev/engine.ts' : 'dev/made-up.ts'),
    args: engine ? [] : [scene],
    watched: (engine
      ? ['src/main', 'src/shared', 'src/simulator', 'build/dev']
      : ['src/main/app', 'src/main/demo', 'src/shared', 'tests/support', 'tests/renderer/support', 'build/dev']
    ).map((folder) => resolve(root, folder)),
    say: (line) => console.log(line),
    onMessage: (message, process) => {
      const ready = readyMessageSchema.safeParse(message);
      if (!ready.success) return;
      const { url, now, said } = ready.data;
      void pages.reach(url, now).then(() => console.log(`${said} (process ${process}).`));
    },
  });
  console.log('The pages, which follow each change of a file:');
  console.log(`  popup     ${pages.url}`);
  console.log(`  settings  ${pages.url}settings.html`);
  console.log('Ctrl-C ends it.');
  await new Promise<void>((done) => {
    if (end.aborted) done();
    else end.addEventListener('abort', () => done(), { once: true });
  });
  await Promise.all([behind.close(), pages.close()]);
  return 0;
}

const end = new AbortController();
const onSignal = (): void => {
  // The first one lets everything be put away; whoever asks twice wants out now.
  if (end.signal.aborted) process.exit(130);
  end.abort();
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
process.on('SIGHUP', onSignal);
// Because npm ends its shell and not what that runs, otherwise this would outlive an npm that was told to end.
const parent = process.ppid;
if (process.env['npm_lifecycle_event'] === 'dev') {
  setInterval(() => {
    if (process.ppid !== parent) end.abort();
  }, 1000).unref();
}
const options = readOptions(process.argv.slice(2));
// Because the page's builder keeps handles of its own open, otherwise the end would wait for them.
process.exit(typeof options === 'number' ? options : await run(options, end.signal));
