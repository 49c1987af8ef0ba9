// Takes the pictures in docs/images: every state of the page, light and dark, at double size, drawn by the real page
// from the real page server over made-up data. Run by `npm run pictures`, which builds the page before.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { demoStatus, scenes } from '../tests/renderer/support/scenes.ts';
import type { Scene } from '../tests/renderer/support/scenes.ts';
import { launchBrowser, stageScene } from '../tests/renderer/support/stage.ts';

const root = resolve(import.meta.dirname, '..');
const rendererFolder = resolve(process.argv[2] ?? join(root, 'dist/renderer'));
const images = resolve(process.argv[3] ?? join(root, 'docs/images'));

/** States that only a page without an answer shows. */
const away: readonly Scene[] = [{ name: 'lost', status: demoStatus() }];

await mkdir(images, { recursive: true });
const browser = await launchBrowser();
for (const scene of [...scenes, ...away]) {
  for (const scheme of ['light', 'dark'] as const) {
    const stage = await stageScene(browser, rendererFolder, scene, { scheme, scale: 2 });
    if (scene.name === 'lost') {
      await stage.server.close();
      await stage.page.locator('[data-health="lost"]').waitFor();
    }
    // The pointer would leave a button looking hovered.
    await stage.page.mouse.move(0, 0);
    await stage.page.screenshot({ path: join(images, `page-${scene.name}-${scheme}.png`) });
    await stage.close();
  }
  console.log(`page-${scene.name}`);
}
await browser.close();
