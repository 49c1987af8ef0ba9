// Required by measure-desktop.ts into a process whose event loop is to be watched.
/* eslint-disable @typescript-eslint/no-require-imports -- Because only such a script can be required into it. */
const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');

/** CPU time of this thread so far, in milliseconds (`schedstat` of Linux). */
const time = () => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;

/**
 * Takes a file; writes there, twice a second, the CPU time of the thread between two turns of its event loop: median,
 * 99th percentile and longest, in milliseconds. So long its windows would stand still on a machine that does nothing
 * else. Begins anew whenever there is a file of that name with `.reset` behind it.
 */
module.exports = (file) => {
  let turned = time();
  let holds = [];
  setInterval(() => {
    const now = time();
    holds.push(now - turned);
    turned = now;
  }, 5);
  setInterval(() => {
    if (existsSync(`${file}.reset`)) {
      holds = [];
      rmSync(`${file}.reset`);
    }
    holds.sort((one, other) => one - other);
    const figures = [0.5, 0.99, 1].map((share) => holds[Math.floor((holds.length - 1) * share)] ?? 0);
    writeFileSync(file, JSON.stringify(figures));
  }, 500);
};
