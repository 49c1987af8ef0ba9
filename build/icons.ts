import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

// Draws every icon of the app from the shapes below: `node build/icons.ts`. The pictures are committed, because building
// the app must not need a browser.

const folder = resolve(import.meta.dirname, 'icons');

/** The calendar leaf, drawn on 16 × 16; what is said in it is the state. */
const leaf = '<path d="M4.75 1v2.4M11.25 1v2.4" /><rect x="1.75" y="2.75" width="12.5" height="11.75" rx="2.75" />';

/** Only lines of one width, so that the icon is read at 16 pixels on any panel. */
const marks: Readonly<Record<string, string>> = {
  idle: `${leaf}<path d="M5.1 9.1l2.1 2.1 3.9-4.2" />`,
  syncing: `${leaf}<path d="M4.7 7.6h6M9.1 5.9l1.8 1.7M11.3 10.6h-6M6.9 12.2l-1.8-1.6" stroke-width="1.3" />`,
  paused: `${leaf}<path d="M6.4 7v4.2M9.6 7v4.2" stroke-width="1.8" />`,
  offline: `<g opacity="0.55">${leaf}</g><path d="M4.9 11.6l6.2-5.2" />`,
  'needs-you': `${leaf}<path d="M8 6v3.1" stroke-width="1.8" /><circle cx="8" cy="11.6" r="1.05" fill="currentColor" stroke="none" />`,
};

const badge = '<circle cx="12.6" cy="12.6" r="3.4" fill="#f0940a" stroke="none" />';

/** Takes a state and a variant; returns its drawing. The badge is cut out of the leaf, so that it stands clear of it. */
function trayIcon(state: string, variant: string): string {
  const colour = variant === 'dark' ? '#f2f3f5' : variant === 'light' ? '#24272c' : '#000000';
  const lines = `<g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${marks[state] ?? ''}</g>`;
  const badged = state === 'needs-you' && variant !== 'Template';
  const cut =
    '<mask id="cut"><rect width="16" height="16" fill="#fff" /><circle cx="12.6" cy="12.6" r="4.6" fill="#000" /></mask>';
  const body = badged ? `${cut}<g mask="url(#cut)">${lines}</g>${badge}` : lines;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" style="color:${colour}">${body}</svg>`;
}

/** The icon of the app itself, with the room around it that systems expect. */
const appIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
  <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#4a80ff"/><stop offset="1" stop-color="#1f4fc4"/></linearGradient></defs>
  <rect x="48" y="48" width="416" height="416" rx="94" fill="url(#sky)"/>
  <g fill="none" stroke="#fff" stroke-width="28" stroke-linecap="round" stroke-linejoin="round">
    <path d="M196 132v44M316 132v44"/><rect x="136" y="158" width="240" height="222" rx="46"/><path d="M202 276l38 38 72-78"/>
  </g></svg>`;

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
await mkdir(folder, { recursive: true });

async function draw(svg: string, size: number, name: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await writeFile(resolve(folder, name), await page.screenshot({ omitBackground: true }));
  await page.close();
}

for (const state of Object.keys(marks)) {
  for (const variant of ['Template', 'light', 'dark']) {
    const svg = trayIcon(state, variant);
    await draw(svg, variant === 'Template' ? 16 : 22, `tray-${state}-${variant}.png`);
    await draw(svg, variant === 'Template' ? 32 : 44, `tray-${state}-${variant}@2x.png`);
  }
}
await draw(appIcon, 1024, 'icon.png');
await browser.close();
