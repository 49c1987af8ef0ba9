import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { healthOf, healthStates } from '../../src/shared/health.ts';
import { exampleNow } from '../support/fake-calsync.ts';
import { scenes } from './support/scenes.ts';
import { settingsScenes } from './support/settings-scenes.ts';

const images = resolve(import.meta.dirname, '../../docs/images');

test('each scene has its two pictures, and no picture is of a scene that is gone', () => {
  const names = [
    ...['lost', ...scenes.map(({ name }) => name)].map((name) => `page-${name}`),
    ...['lost', ...settingsScenes.map(({ name }) => name)].map((name) => `settings-${name}`),
  ];
  const wanted = names.flatMap((name) => [`${name}-dark.png`, `${name}-light.png`]);
  expect(readdirSync(images).sort()).toEqual(wanted.sort());
});

test('each state has a scene', () => {
  const shown = new Set(scenes.map(({ status }) => healthOf(status, Date.parse(exampleNow)).state));
  expect(healthStates.filter((state) => !shown.has(state))).toEqual([]);
});
