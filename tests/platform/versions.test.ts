import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;

describe('the packages that CalSync is made of', () => {
  test.each(Object.entries({ ...dependencies, ...devDependencies }))(
    '%s is named by its exact version',
    (_, version) => {
      expect(version).toMatch(/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+$/);
    },
  );
});
