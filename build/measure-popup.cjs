// Required into the main process by measure-desktop.ts: opens and closes the popup, and writes what that took into the
// file that CALSYNC_MEASURE names. In the app itself, because a page that a debugger looks at is never hidden.
/* eslint-disable @typescript-eslint/no-require-imports -- Because only such a script can be required into it. */
const { readFileSync, writeFileSync } = require('node:fs');
const { app, BrowserWindow } = require('electron');

const idleSeconds = 30;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const popup = () => BrowserWindow.getAllWindows()[0];
const until = async (look) => {
  while (!look()) await pause(1);
};

/** MiB that each process holds; what several share is divided among them (`Pss` of Linux). */
function memory() {
  const shares = app.getAppMetrics().map(({ pid, name, type }) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return [name ?? type, Math.round(Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024)];
  });
  return { ...Object.fromEntries(shares), sum: shares.reduce((sum, [, share]) => sum + share, 0) };
}

/** Milliseconds of CPU time that the page's process has used so far. */
function cpu() {
  const page = app.getAppMetrics().find(({ type }) => type === 'Tab');
  return Math.round((page?.cpu.cumulativeCPUUsage ?? 0) * 1000);
}

/** Opens it as a second launch does; returns the milliseconds until it was visible, and until it was painted. */
async function open() {
  const from = performance.now();
  app.emit('second-instance');
  // Frames come only to what is seen; the second one begins after the first one was painted.
  const painted = popup()
    .webContents.executeJavaScript(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))',
    )
    .then(() => performance.now() - from);
  await until(() => popup().isVisible());
  const visible = performance.now() - from;
  return { visible: Math.round(visible), painted: Math.round(Math.max(visible, await painted)) };
}

async function close() {
  popup().close();
  await pause(5000);
}

async function measure() {
  await pause(1000);
  const figures = { memoryAtFirst: memory() };
  await until(() => popup() !== undefined && !popup().webContents.isLoading());
  await pause(5000);
  figures.memoryPrepared = memory();
  figures.first = await open();
  await pause(5000);
  figures.memoryOpen = memory();
  await close();
  figures.again = await open();
  await close();
  figures.memoryClosed = memory();
  const before = cpu();
  await pause(idleSeconds * 1000);
  figures.idleSeconds = idleSeconds;
  figures.idleCpu = cpu() - before;
  popup().destroy();
  await pause(5000);
  figures.memoryFreed = memory();
  figures.afterFreed = await open();
  writeFileSync(process.env.CALSYNC_MEASURE, JSON.stringify(figures));
}

app
  .whenReady()
  .then(measure)
  .finally(() => app.quit());
