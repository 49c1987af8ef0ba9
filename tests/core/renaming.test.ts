import { describe, expect, it } from 'vitest';
import { isSameCalendar } from '../../src/main/core/renaming.ts';
import { toEventId } from '../../src/shared/ids.ts';

const ids = (...names: readonly string[]) => new Set(names.map((name) => toEventId(name)));

describe('a main calendar in the place of another one', () => {
  it.each<[string, ReturnType<typeof ids>, ReturnType<typeof ids>, boolean]>([
    ['all that was there', ids('a', 'b'), ids('a', 'b', 'c'), true],
    ['half of it, the rest deleted since', ids('a', 'b', 'c', 'd'), ids('a', 'b'), true],
    ['less than half of it, as meetings with the same guests', ids('a', 'b', 'c'), ids('c', 'd', 'e'), false],
    ['other events alone', ids('a'), ids('b'), false],
    ['nothing', ids('a'), ids(), false],
    ['whatever, where nothing was there: that is no proof', ids(), ids('a'), false],
  ])('has %s: %#', (_, before, now, same) => {
    expect(isSameCalendar(before, now)).toBe(same);
  });
});
