// Behind the pages: a made-up CalSync, as it is in one of the pictures. Started by `npm run dev` with the name of the scene.
import { scenes } from '../../tests/renderer/support/scenes.ts';
import { settingsScenes } from '../../tests/renderer/support/settings-scenes.ts';
import { createFakeCalSync, exampleNow } from '../../tests/support/fake-calsync.ts';
import { endWhenTold, standBehindPages } from './behind.ts';

const atEnd = endWhenTold();
const [name = ''] = process.argv.slice(2);
const all = [...scenes, ...settingsScenes];
const scene = all.find((one) => one.name === name);
if (scene === undefined) {
  console.error(`There is no scene of that name. There are: ${[...new Set(all.map((one) => one.name))].join(', ')}`);
  process.exit(2);
}
const app = createFakeCalSync(scene.status);
scene.prepare?.(app);
await standBehindPages(app, { now: exampleNow, said: `Behind them is the made-up scene "${name}"` }, atEnd);
