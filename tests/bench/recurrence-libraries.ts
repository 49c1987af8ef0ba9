/**
 * Compares what expands recurrence rules, over the rows of the table (tests/support/recurrence/rows.ts): how many it gets
 * right, how many wrong, and what a row costs.
 *
 *   node tests/bench/recurrence-libraries.ts            a line for each library, and ours
 *   node tests/bench/recurrence-libraries.ts --wrong    and what each gets wrong
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { recurrenceRows, type RecurrenceRow } from '../support/recurrence/rows.ts';
import { walkSeries, wallOfText } from '../support/recurrence/walker.ts';
import { expanders } from './recurrence-adapters.ts';

/** A library that takes longer for a row has failed it: some rules keep a library busy for ever. */
const patience = 2000;
const rounds = 5;

interface Asked {
  readonly library: string;
  readonly index: number;
}

interface Answered {
  readonly slots: readonly string[] | null;
  readonly milliseconds: number;
}

function answer({ library, index }: Asked): Answered {
  const row = recurrenceRows[index];
  const expand = expanders[library];
  if (row === undefined || expand === undefined) throw new Error(`No such row or library: ${library} ${index}`);
  const times: number[] = [];
  let slots: readonly string[] | null = null;
  // The median of some rounds, because the first one pays for the compiler.
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now();
    try {
      slots = expand(row);
    } catch {
      slots = null;
    }
    times.push(performance.now() - from);
    if ((times[0] ?? 0) > 100) break;
  }
  return { slots, milliseconds: times.sort((one, other) => one - other)[times.length >> 1] ?? NaN };
}

async function ask(worker: Worker, asked: Asked): Promise<Answered | null> {
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      resolve(null);
    }, patience * rounds);
    worker.once('message', (answered: Answered) => {
      clearTimeout(late);
      resolve(answered);
    });
    worker.postMessage(asked);
  });
}

const expected = (row: RecurrenceRow): readonly string[] => walkSeries(row, wallOfText(row.until), row.most);

async function compare(): Promise<void> {
  const wanted = recurrenceRows.map(expected);
  console.log(`${recurrenceRows.length} rows`);
  for (const library of Object.keys(expanders)) {
    let worker = new Worker(new URL(import.meta.url));
    const times: number[] = [];
    const wrong: string[] = [];
    let late = 0;
    for (const [index, row] of recurrenceRows.entries()) {
      const answered = await ask(worker, { library, index });
      if (answered === null) {
        late += 1;
        await worker.terminate();
        worker = new Worker(new URL(import.meta.url));
      } else times.push(answered.milliseconds);
      if (answered?.slots?.join() !== wanted[index]?.join()) {
        const how = answered === null ? 'no answer' : answered.slots === null ? 'throws' : 'other dates';
        wrong.push(`${row.group}: ${row.name} (${how})`);
      }
    }
    await worker.terminate();
    times.sort((one, other) => one - other);
    const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? NaN).toFixed(2);
    console.log(
      `${library.padEnd(24)} right ${recurrenceRows.length - wrong.length}, wrong ${wrong.length} (${late} without an answer), ` +
        `ms per row: median ${at(0.5)}, 95 of 100 ${at(0.95)}, longest ${at(1)}`,
    );
    if (process.argv.includes('--wrong')) for (const line of wrong) console.log(`  ${line}`);
  }
}

if (isMainThread) await compare();
else {
  parentPort?.on('message', (asked: Asked) => {
    parentPort?.postMessage(answer(asked));
  });
}
