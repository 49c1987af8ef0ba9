import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base32hex, blockId, digest, sourceRef } from '../../src/main/core/identity.ts';
import { toCalendarId, toEventId } from '../../src/shared/ids.ts';
import { anyText } from '../support/core-arbitraries.ts';

const anna = toCalendarId('anna@work.example');
const club = toCalendarId('club@group.example');
const dentist = toEventId('dentist1');

describe('base32hex', () => {
  // RFC 4648 §10, in lower case and without padding.
  it.each([
    ['', ''],
    ['f', 'co'],
    ['fo', 'cpng'],
    ['foo', 'cpnmu'],
    ['foob', 'cpnmuog'],
    ['fooba', 'cpnmuoj1'],
    ['foobar', 'cpnmuoj1e8'],
  ])('spells %j as %j', (text, spelled) => {
    expect(base32hex(new TextEncoder().encode(text))).toBe(spelled);
  });
});

describe('digest', () => {
  it('is the SHA-256 of the text as UTF-8, 52 characters that are legal in ids', () => {
    fc.assert(
      fc.property(anyText(200), (text) => {
        const bits = [...createHash('sha256').update(text.toWellFormed(), 'utf8').digest()]
          .map((byte) => byte.toString(2).padStart(8, '0'))
          .join('')
          .padEnd(260, '0');
        const spelled = Array.from({ length: 52 }, (_, index) =>
          '0123456789abcdefghijklmnopqrstuv'.charAt(Number.parseInt(bits.slice(5 * index, 5 * index + 5), 2)),
        ).join('');
        expect(digest(text)).toBe(spelled);
      }),
    );
  });
});

describe('names of sources and blocks', () => {
  // Fixed for ever: other values would orphan every block that was ever written.
  it('are these', () => {
    expect(sourceRef(anna, dentist)).toBe('b3p926nd1lie4g28bljdcjqh2h');
    expect(blockId(sourceRef(anna, dentist), club, 0)).toBe('cs0ntmu60u52s73r2d8g3a7rf5tr8ec6uk08gm0dpc5r44h62vfgj0');
    expect(blockId(sourceRef(anna, dentist), club, 12)).toBe('csfk383cnhqmpnreqg59dj824n0fbj66hrm51tuqpbkusm13bld1cg');
  });

  it('have 26 and 54 characters that Google takes', () => {
    expect(sourceRef(anna, dentist)).toMatch(/^[0-9a-v]{26}$/);
    expect(blockId(sourceRef(anna, dentist), club, 0)).toMatch(/^cs[0-9a-v]{52}$/);
  });

  it('depend on calendar, event, target and generation', () => {
    const ref = sourceRef(anna, dentist);
    const other = sourceRef(club, dentist);
    expect(new Set([ref, other, sourceRef(anna, toEventId('dentist2'))]).size).toBe(3);
    expect(
      new Set([blockId(ref, club, 0), blockId(ref, anna, 0), blockId(ref, club, 1), blockId(other, club, 0)]).size,
    ).toBe(4);
  });
});
