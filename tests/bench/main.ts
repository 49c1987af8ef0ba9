import { cpus, totalmem } from 'node:os';
import { benchSync, type Measured } from './sync.ts';
import { benchPlan } from './plan.ts';
import { benchRules } from './rules.ts';

const round = (value: number, digits = 1): string => value.toFixed(digits);

function line(name: string, measured: Measured): void {
  const { run } = measured;
  const requests = Object.entries(run.requests).map(([kind, count]) => `${count} ${kind}`);
  console.log(
    `${name.padEnd(14)} ${round(measured.seconds, 2)} s, ${round(measured.cpuMilliseconds)} ms CPU, ` +
      `peak ${round(measured.peakMegabytes, 0)} MB, writes ${run.writes}, requests: ${requests.join(', ') || 'none'}, ` +
      `errors ${run.errors.length}, longest hold ${round(measured.longestHold, 0)} ms`,
  );
}

console.log(
  `Machine: ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${round(totalmem() / 2 ** 30, 0)} GiB, Node ${process.version}`,
);
const size = { accounts: 3, calendarsPerAccount: 2, events: Number(process.argv[2] ?? 10_000), series: 0.2 };
console.log(
  `\nSync: ${size.accounts * size.calendarsPerAccount} calendars in ${size.accounts} accounts, ${size.events} events, 20 % series`,
);
const figures = await benchSync(size);
line('first sync', figures.first);
const total = Object.values(figures.first.run.requests).reduce((sum, count) => sum + count, 0);
console.log(
  `               ${total} requests, the least possible is ${figures.leastRequests} (× ${round(total / figures.leastRequests, 3)})`,
);
line('second sync', figures.second);
line('quiet cycle', figures.quiet);
line('one change', figures.oneChange);
console.log(
  `At the default pace (300 a minute and account) the first sync's writes take ${round(figures.first.run.writes / (300 * size.accounts), 0)} minutes.`,
);

console.log('\nPlan: × 5 targets, 20 % series');
for (const count of [1_000, 10_000, 100_000]) {
  const plan = benchPlan(count);
  console.log(
    `${String(count).padStart(7)} events  first ${round(plan.firstSeconds, 2)} s, ${plan.operations} operations, ` +
      `peak ${round(plan.peakMegabytes, 0)} MB; steady ${round(plan.steadySeconds, 2)} s, ${plan.steadyOperations} operations`,
  );
}

console.log('\nRules: its end and two years of it, asked for the first time; then a test of one slot');
for (const rule of benchRules()) {
  console.log(
    `${rule.name.padEnd(50)} ${round(rule.milliseconds)} ms CPU, ${rule.steps} steps; ${round(rule.testMilliseconds, 3)} ms a slot`,
  );
}
