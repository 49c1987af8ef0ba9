import { existsSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { defaultSwitches, registerRows } from '../../../src/simulator/state/switches.ts';
import { triedIn } from './support.ts';

const root = resolve(import.meta.dirname, '../../..');

it('leaves no switch of the simulator and no row of the register untried', () => {
  expect(Object.keys(triedIn).sort()).toEqual(Object.keys(defaultSwitches()).sort());
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const here = files.filter((name) => name !== basename(import.meta.filename));
  const elsewhere = Object.values(triedIn).filter((file) => file.includes('/'));
  expect([...new Set(Object.values(triedIn))].sort()).toEqual([...new Set([...here, ...elsewhere])].sort());
  expect(elsewhere.filter((file) => !existsSync(resolve(root, file)))).toEqual([]);
  const rows = Object.entries(registerRows).flatMap(([name, row]) =>
    row !== null && here.includes(triedIn[name as keyof typeof triedIn]) ? [row] : [],
  );
  expect([...new Set(rows)].sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
