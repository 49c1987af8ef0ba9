import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Compares what two commits cost, on one machine and in turn, because two runs an hour apart tell more of the machine than
 * of the code: `node tests/bench/in-turn.ts <before> <after> --runs 9 --events 10000`. Each is checked out and installed in
 * a folder of its own; of each figure the median is said.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '9' }, events: { type: 'string', default: '10000' } },
});
const [before = 'HEAD~1', after = 'HEAD'] = positionals;
const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'calsync-bench-'));

/** The figures of one run by their names: every number of a line that begins with a name, counts and times alike. */
function figuresOf(text: string): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  for (const line of text.split('\n')) {
    const sync = /^(first sync|second sync|quiet cycle|one change) +(.*)$/.exec(line);
    const plan =
      /^ *(\d+) events +first ([\d.]+) s, (\d+) operations, peak (\d+) MB; steady ([\d.]+) s, (\d+) operations/.exec(
        line,
      );
    if (sync !== null) {
      const [, name = '', rest = ''] = sync;
      for (const [, value, unit] of rest.matchAll(/([\d.]+) (s|ms CPU)\b/g))
        figures.set(`${name}, ${unit ?? ''}`, Number(value));
      for (const [, what, value] of rest.matchAll(/(peak|writes|errors) ([\d.]+)/g)) {
        figures.set(`${name}, ${what ?? ''}`, Number(value));
      }
      for (const [, value, kind] of rest.matchAll(/(\d+) (calendarList\.list|events\.list|batch|events\.get)/g)) {
        figures.set(`${name}, ${kind ?? ''}`, Number(value));
      }
    } else if (plan !== null) {
      const [, events = '', first, operations, peak, steady, left] = plan;
      figures.set(`plan of ${events}, first s`, Number(first));
      figures.set(`plan of ${events}, operations`, Number(operations));
      figures.set(`plan of ${events}, peak MB`, Number(peak));
      figures.set(`plan of ${events}, steady s`, Number(steady));
      figures.set(`plan of ${events}, steady operations`, Number(left));
    }
  }
  return figures;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const sides = [before, after].map((commit, index) => ({
  commit,
  place: join(folder, String(index)),
  runs: [] as ReadonlyMap<string, number>[],
}));
try {
  for (const { commit, place } of sides) {
    execFileSync('git', ['worktree', 'add', '--quiet', '--detach', place, commit], { cwd: root });
    execFileSync('npm', ['ci', '--silent'], { cwd: place, stdio: 'ignore' });
  }
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const side of sides) {
      const text = execFileSync('npm', ['run', '--silent', 'bench', '--', values.events], {
        cwd: side.place,
        encoding: 'utf8',
      });
      side.runs.push(figuresOf(text));
    }
  }
  console.log(`${'median of'.padEnd(34)} ${before.padStart(12)} ${after.padStart(12)}`);
  const names = new Set(sides.flatMap(({ runs }) => runs.flatMap((run) => [...run.keys()])));
  for (const name of names) {
    const [one = Number.NaN, other = Number.NaN] = sides.map(({ runs }) =>
      median(runs.map((run) => run.get(name) ?? Number.NaN)),
    );
    console.log(`${name.padEnd(34)} ${String(one).padStart(12)} ${String(other).padStart(12)}`);
  }
} finally {
  for (const { place } of sides) execFileSync('git', ['worktree', 'remove', '--force', place], { cwd: root });
  rmSync(folder, { recursive: true, force: true });
}
