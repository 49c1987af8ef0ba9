// Behind the pages: the real app without a window, on a simulated Google of its own. Started by `npm run dev -- --engine`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCalSync } from '../../src/main/app/index.ts';
import { tellStory } from '../../src/main/demo/story.ts';
import { countsText } from '../../src/main/demo/words.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { endWhenTold, standBehindPages } from './behind.ts';

const atEnd = endWhenTold();
const dataFolder = await mkdtemp(join(tmpdir(), 'calsync-dev-'));
atEnd(() => rm(dataFolder, { recursive: true, force: true }));
const simulator = await startSimulator({ world: 'demo' });
atEnd(() => simulator.close());
const created = await createCalSync({
  dataFolder,
  googleUrl: simulator.url,
  client: simulator.client,
  vault: 'memory',
  demo: true,
  version: manifest.version,
});
if (!created.ok) throw new Error(created.error.code);
const { app } = created.value;
atEnd(() => app.close());

// Because an empty app shows little: the story signs in, syncs, and lets a few things happen.
const told = await tellStory({ app, simulator, say: () => undefined });
if (!told.ok) console.error(`The story did not go as it should. ${told.error}`);
let last = app.status().lastRun?.id ?? 0;
app.onStatus(({ lastRun }) => {
  if (lastRun === null || lastRun.id <= last) return;
  last = lastRun.id;
  console.log(`Run ${last}: ${countsText(lastRun)}`);
});
atEnd(app.startSchedule());
await standBehindPages(
  app,
  { now: null, said: `Behind them is the app, with its data in ${dataFolder}, on the simulator at ${simulator.url}` },
  atEnd,
);
