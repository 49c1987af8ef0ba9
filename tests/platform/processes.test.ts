import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { livenessOf, nameOfThisProcess } from '../../src/main/platform/processes.ts';

const told = process.platform === 'linux';

describe('the name of a process', () => {
  it('says which process it is, and no two are alike', () => {
    const name = nameOfThisProcess();
    expect(name).toMatch(new RegExp(`^process ${String(process.pid)}; `));
    expect(nameOfThisProcess()).not.toBe(name);
  });

  it.runIf(told)('is known to live while it does, whatever the clock says', () => {
    expect(livenessOf(nameOfThisProcess())).toBe('alive');
  });

  it.runIf(told)('of one that has ended is known to be dead', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    const [own = '', ...rest] = nameOfThisProcess().split('; ');
    await once(child, 'exit');
    expect(own).not.toBe('');
    expect(livenessOf([`process ${String(child.pid)}`, ...rest].join('; '))).toBe('dead');
  });

  it.runIf(told)('whose number was given to another process is dead, and so is one of the boot before', () => {
    const [who, machine, boot, start = '', nonce] = nameOfThisProcess().split('; ');
    expect(Number(start)).toBeGreaterThan(0);
    expect(livenessOf([who, machine, boot, String(Number(start) - 1), nonce].join('; '))).toBe('dead');
    expect(livenessOf([who, machine, 'another-boot', start, nonce].join('; '))).toBe('dead');
  });

  it.runIf(told)('tells the start of a process whose own name has spaces and brackets', () => {
    const stat = readFileSync(`/proc/${String(process.pid)}/stat`, 'utf8');
    expect(nameOfThisProcess().split('; ')[3]).toBe(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  });

  it.each([
    ['of another machine', 'process 1; elsewhere; boot; 1; abcd'],
    ['of an earlier version', 'process 4711, 0a1b2c3d'],
    ['that is none', ''],
    ['of no process', 'process 0; ; ; ; '],
  ])('one %s tells nothing', (_, name) => {
    expect(livenessOf(name)).toBe('unknown');
  });
});
