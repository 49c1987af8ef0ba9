import { openStore } from '../../src/main/store/index.ts';
import type { EventRow } from '../../src/main/core/model.ts';
import { MemoryLogger } from '../support/memory-logger.ts';
import { account, event, now, work } from './rows.ts';

/**
 * A process of its own, for what only a second process or a killed one can show:
 * `die FILE page row` stores two pages of ten events and is killed when that row of that page is read;
 * `count FILE n` takes n numbers for reads; `hold FILE` takes the lease for a minute and waits.
 */
const [command, file = '', ...rest] = process.argv.slice(2);
const opened = openStore({ file, now: () => now, logger: new MemoryLogger() });
if (!opened.ok) throw new Error(`${opened.error.code} ${opened.error.detail ?? ''}`);
const { store } = opened.value;

/** A row that kills its reader, so that the process ends inside the transaction. */
function deadly(row: EventRow): EventRow {
  return Object.defineProperty({ ...row }, 'summary', {
    get: () => {
      process.kill(process.pid, 'SIGKILL');
      return null;
    },
  });
}

switch (command) {
  case 'die': {
    const [page = 0, row = 0] = rest.map(Number);
    const readId = store.nextReadId();
    for (const index of [1, 2]) {
      const rows = Array.from({ length: 10 }, (_, number) => event(`p${index}-${number}`));
      const done = index === 2 ? { syncToken: 'second', at: now } : null;
      const armed = rows.map((one, number) => (index === page && number === row ? deadly(one) : one));
      store.storePage({
        calendarId: work,
        accountId: account,
        run: 2,
        readId,
        coverage: { of: 'changes' },
        complete: true,
        rows: armed,
        done,
        timeZone: null,
        access: 'owns',
      });
    }
    process.kill(process.pid, 'SIGKILL');
    break;
  }
  case 'count':
    for (let count = Number(rest[0]); count > 0; count -= 1) process.stdout.write(`${store.nextReadId()}\n`);
    break;
  case 'hold':
    process.stdout.write(store.takeLease('child', now, 60_000).ok ? 'held\n' : 'refused\n');
    // The parent ends it.
    process.stdin.resume();
    break;
  default:
    throw new Error(`No such command: ${command ?? ''}`);
}
