import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { actionNames } from '../../src/simulator/control/routes.ts';
import { faultSpecSchema } from '../../src/simulator/state/faults.ts';
import { defaultSwitches } from '../../src/simulator/state/switches.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { World } from '../../src/simulator/index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/simulator.md'), 'utf8');

it('docs/simulator.md names every switch, fault, condition and action', () => {
  const names = [
    ...Object.keys(defaultSwitches()),
    ...faultSpecSchema.shape.kind.options,
    ...Object.keys(faultSpecSchema.shape),
    ...actionNames,
  ];
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`"${name}"`))).toEqual([]);
});

it('tells the defaults as they are', () => {
  const told = Object.fromEntries(
    [...page.matchAll(/^\| `(\w+)`\s+\| `([^`]+)`\s+\|/gm)].map((row) => [row[1] ?? '', row[2] ?? '']),
  );
  const spelled = (value: unknown): string => (Array.isArray(value) ? JSON.stringify(value) : String(value));
  const defaults = Object.fromEntries(Object.entries(defaultSwitches()).map(([name, value]) => [name, spelled(value)]));
  const different = Object.entries(told).filter(([name, value]) => name in defaults && defaults[name] !== value);
  expect(different).toEqual([]);
  expect(Object.keys(told).filter((name) => name in defaults).length).toBeGreaterThan(25);
});

it('shows a world file that loads', async () => {
  const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const simulator = await startSimulator({ world: JSON.parse(example) as World });
  await simulator.close();
  expect(simulator.dump()[0]?.events).toHaveLength(2);
});
