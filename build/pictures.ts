// Takes the pictures in docs/images: every state of the popup and of the settings window, light and dark, drawn by the
// real pages from the real page server over made-up data. Run by `npm run pictures`, which builds the pages before.
// Arguments: the folder of the built pages, the folder of the pictures, and what the names must begin with.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { demoStatus, scenes } from '../tests/renderer/support/scenes.ts';
import type { Scene } from '../tests/renderer/support/scenes.ts';
import { settingsScenes } from '../tests/renderer/support/settings-scenes.ts';
import { launchBrowser, stageScene } from '../tests/renderer/support/stage.ts';

const root = resolve(import.meta.dirname, '..');
const rendererFolder = resolve(process.argv[2] ?? join(root, 'dist/renderer'));
const images = resolve(process.argv[3] ?? join(root, 'docs/images'));
const wanted = process.argv[4] ?? '';

interface Picture {
  readonly name: string;
  readonly scene: Scene;
  /** Pixels of the picture for one of the page: the settings window is large enough as it is. */
  readonly scale: number;
  /** What shows that the page has noticed that its server is gone, where that is the picture. */
  readonly lost?: string;
}

const pictures: readonly Picture[] = [
  ...scenes.map((scene) => ({ name: `page-${scene.name}`, scene, scale: 2 })),
  { name: 'page-lost', scene: { name: 'lost', status: demoStatus() }, scale: 2, lost: '[data-health="lost"]' },
  ...settingsScenes.map((scene) => ({ name: `settings-${scene.name}`, scene, scale: 1 })),
  {
    name: 'settings-lost',
    scene: { name: 'lost', status: demoStatus(), page: 'accounts' },
    scale: 1,
    lost: '[role="alert"]',
  },
];

await mkdir(images, { recursive: true });
const browser = await launchBrowser();
for (const { name, scene, scale, lost } of pictures.filter((picture) => picture.name.startsWith(wanted))) {
  for (const scheme of ['light', 'dark'] as const) {
    const stage = await stageScene(browser, rendererFolder, scene, { scheme, scale });
    if (lost !== undefined) {
      await stage.server.close();
      await stage.page.locator(lost).waitFor();
    }
    // The pointer would leave a button looking hovered.
    await stage.page.mouse.move(0, 0);
    // A dialog lies in the middle of the window; everything else is shown to its end.
    const whole = scene.page !== undefined && (await stage.page.getByRole('dialog').count()) === 0;
    // Otherwise the list of places would stand in the middle of a long page.
    if (whole) await stage.page.evaluate(() => window.scrollTo(0, 0));
    await stage.page.screenshot({ path: join(images, `${name}-${scheme}.png`), fullPage: whole });
    await stage.close();
  }
  console.log(name);
}
await browser.close();
