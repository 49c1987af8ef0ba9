import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bounds, Screen } from '../../src/main/electron/windows/placement.ts';
import { popupBounds, reachableBounds, sizeWithin } from '../../src/main/electron/windows/placement.ts';

const screen = (
  x: number,
  y: number,
  width: number,
  height: number,
  panel: Partial<Record<'top' | 'bottom' | 'left' | 'right', number>> = {},
): Screen => {
  const { top = 0, bottom = 0, left = 0, right = 0 } = panel;
  return {
    bounds: { x, y, width, height },
    workArea: { x: x + left, y: y + top, width: width - left - right, height: height - top - bottom },
  };
};
const wanted = { width: 360, height: 560 };
const mac = screen(0, 0, 1440, 900, { top: 25 });
const windows = screen(0, 0, 1920, 1080, { bottom: 40 });
const icon = (x: number, y: number): Bounds => ({ x, y, width: 24, height: 24 });
const pointer = { x: 10, y: 10 };

describe('where the popup opens', () => {
  test.each<
    readonly [string, Bounds | null, { x: number; y: number }, readonly [Screen, ...Screen[]], Partial<Bounds>]
  >([
    ['under an icon of a menu bar', icon(1000, 0), pointer, [mac], { x: 832, y: 33 }],
    ['at the right end of it', icon(1410, 0), pointer, [mac], { x: 1072, y: 33 }],
    ['above an icon of a task bar', icon(1700, 1048), pointer, [windows], { x: 1532, y: 472 }],
    [
      'beside a task bar on the left',
      icon(10, 1000),
      pointer,
      [screen(0, 0, 1920, 1080, { left: 60 })],
      { x: 68, y: 512 },
    ],
    [
      'beside a task bar on the right',
      icon(1880, 500),
      pointer,
      [screen(0, 0, 1920, 1080, { right: 60 })],
      { x: 1492, y: 232 },
    ],
    [
      'on the screen of the icon, left of the first',
      icon(-500, 0),
      pointer,
      [mac, screen(-1920, 0, 1920, 1080, { top: 25 })],
      { x: -668, y: 33 },
    ],
    [
      'on the screen of the icon, above the first',
      icon(700, -900),
      pointer,
      [mac, screen(0, -900, 1440, 900, { top: 25 })],
      { x: 532, y: -867 },
    ],
    [
      'without an icon: where the panel is, above',
      null,
      { x: 5, y: 5 },
      [screen(0, 0, 1280, 800, { top: 30 })],
      { x: 912, y: 38 },
    ],
    ['without an icon: where the panel is, below', null, { x: 5, y: 5 }, [windows], { x: 1552, y: 472 }],
    [
      'without an icon: on the screen of the pointer',
      null,
      { x: 2000, y: 5 },
      [mac, screen(1440, 0, 1280, 800)],
      { x: 2352, y: 8 },
    ],
    [
      'an icon that the system does not place',
      { x: 0, y: 0, width: 0, height: 0 },
      { x: 5, y: 5 },
      [windows],
      { x: 1552, y: 472 },
    ],
    [
      'made to fit a small screen',
      icon(300, 0),
      pointer,
      [screen(0, 0, 320, 400, { top: 20 })],
      { x: 8, y: 32, width: 304, height: 364 },
    ],
  ])('%s', (_name, at, mouse, screens, expected) => {
    const bounds = popupBounds(at, mouse, screens, wanted);
    const { workArea } =
      screens.find(
        (each) =>
          bounds.x >= each.bounds.x &&
          bounds.x < each.bounds.x + each.bounds.width &&
          bounds.y >= each.bounds.y &&
          bounds.y < each.bounds.y + each.bounds.height,
      ) ?? screens[0];
    expect(bounds.y + bounds.height).toBeLessThanOrEqual(workArea.y + workArea.height);
    if (expected.height === undefined) expect(bounds).toMatchObject(expected);
    else expect(bounds).toMatchObject({ x: expected.x, width: expected.width, height: expected.height });
  });

  test('is always whole pixels, and wholly within one work area', () => {
    const area = fc.record({
      x: fc.integer({ min: -4000, max: 4000 }),
      y: fc.integer({ min: -4000, max: 4000 }),
      width: fc.integer({ min: 200, max: 4000 }),
      height: fc.integer({ min: 200, max: 3000 }),
      top: fc.integer({ min: 0, max: 60 }),
      left: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(
        fc.option(
          fc.record({
            x: fc.integer({ min: -5000, max: 5000 }),
            y: fc.integer({ min: -5000, max: 5000 }),
            width: fc.integer({ min: 0, max: 64 }),
            height: fc.integer({ min: 0, max: 64 }),
          }),
        ),
        fc.record({ x: fc.integer({ min: -5000, max: 5000 }), y: fc.integer({ min: -5000, max: 5000 }) }),
        fc.array(area, { minLength: 1, maxLength: 3 }),
        (at, mouse, areas) => {
          const [first, ...others] = areas.map(({ x, y, width, height, top, left }) =>
            screen(x, y, width, height, { top, left }),
          );
          if (first === undefined) return;
          const bounds = popupBounds(at, mouse, [first, ...others], wanted);
          expect(Object.values(bounds).every((value) => Number.isInteger(value))).toBe(true);
          expect(
            [first, ...others].some(
              ({ workArea }) =>
                bounds.x >= workArea.x &&
                bounds.y >= workArea.y &&
                bounds.x + bounds.width <= workArea.x + workArea.width &&
                bounds.y + bounds.height <= workArea.y + workArea.height,
            ),
          ).toBe(true);
        },
      ),
    );
  });
});

describe('where the settings window opens again', () => {
  const size = { width: 860, height: 620 };
  const small = screen(-800, 0, 800, 600, { bottom: 40 });
  test.each<readonly [string, Bounds, Bounds | null]>([
    ['as it was', { x: 100, y: 100, ...size }, { x: 100, y: 100, ...size }],
    ['half outside', { x: 1300, y: 100, ...size }, { x: 580, y: 100, ...size }],
    ['below the lower edge', { x: 100, y: 700, ...size }, { x: 100, y: 280, ...size }],
    ['larger than the screen of today', { x: 5, y: 40, width: 3000, height: 2000 }, { ...mac.workArea }],
    ['mostly on the other screen', { x: -790, y: 10, ...size }, { x: -800, y: 0, width: 800, height: 560 }],
    ['on a screen that is gone', { x: 3000, y: 100, ...size }, null],
    ['above the screen', { x: 100, y: -200, ...size }, null],
    ['below the screen', { x: 100, y: 890, ...size }, null],
    ['only its edge left', { x: 1420, y: 100, ...size }, null],
  ])('%s', (_name, bounds, expected) => {
    expect(reachableBounds(bounds, [mac, small])).toEqual(expected);
  });

  test('is never larger than the work area', () => {
    expect(sizeWithin(size, small)).toEqual({ width: 800, height: 560 });
    expect(sizeWithin(size, mac)).toEqual(size);
  });
});
