import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Liveness } from '../ports/store.ts';

const parted = '; ';

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

/** Where the system does not say which boot this is, a name says so, and no boot is like it. */
const untold = '-';

const thisMachine = (): string => (read('/etc/machine-id') ?? hostname()).replaceAll(parted, ' ');
const thisBoot = (): string => read('/proc/sys/kernel/random/boot_id') ?? untold;

/** When a process began, in ticks since the boot (proc(5), field 22 of `stat`), or `-` where the system does not say. */
function startOf(pid: number): string {
  const stat = read(`/proc/${String(pid)}/stat`);
  // The name of the program stands in brackets and may hold anything, spaces and brackets included.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? untold;
}

/**
 * Returns the name of a part of this process that works with the calendars: process, machine, boot and start, so that
 * another process can tell whether it still runs whatever the clock says, and a nonce of its own.
 */
export function nameOfThisProcess(): string {
  const { pid } = process;
  return [`process ${String(pid)}`, thisMachine(), thisBoot(), startOf(pid), randomUUID().slice(0, 8)].join(parted);
}

/** Takes the name of a process; returns whether it still runs. A number that was given to another process is not it. */
export function livenessOf(name: string): Liveness {
  const [who = '', machine, boot, start] = name.split(parted);
  const pid = Number(/^process (\d+)$/.exec(who)?.[1] ?? NaN);
  if (!Number.isSafeInteger(pid) || pid <= 0 || machine !== thisMachine() || start === undefined) return 'unknown';
  if (boot !== thisBoot()) return boot === untold ? 'unknown' : 'dead';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another person's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const startedAt = startOf(pid);
  if (startedAt === untold || start === untold) return 'unknown';
  return startedAt === start ? 'alive' : 'dead';
}
