import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { PlanDetails } from '../../src/renderer/components/plan-details.tsx';
import { Left } from '../../src/renderer/components/preview-dialog.tsx';
import { Receipt } from '../../src/renderer/components/receipt.tsx';
import { RemovalDialog } from '../../src/renderer/components/removal-dialog.tsx';
import { number } from '../../src/shared/counts.ts';
import { appError } from '../../src/shared/errors.ts';
import { exampleCalendar, exampleNow, examplePreview, exampleReceipt, exampleStatus } from '../support/fake-calsync.ts';

const many = 1240;
const status = exampleStatus({ calendars: [exampleCalendar({ blocks: many })] });
const { id: calendarId, name } = exampleCalendar();
const preview = examplePreview({
  targets: [
    {
      ...{ calendarId, add: many, change: 0, remove: 0 },
      rows: [{ effect: 'add', reason: 'new-event', count: many, series: 0, starts: [] }],
    },
  ],
  left: [{ reason: 'free', count: many }],
  leftCount: many,
});
const receipt = exampleReceipt({
  removed: many,
  others: [{ calendarId, name, count: many, own: false }],
  still: [{ calendarId, name, count: many, error: appError('offline'), later: true }],
});
const viewer = { locale: 'en-GB', timeZone: 'UTC' };
const nothing = (): void => undefined;
const never = (): Promise<never> => new Promise(() => undefined);

describe('a number of things', () => {
  it.each<readonly [string, ReactElement]>([
    ['a plan', createElement(PlanDetails, { preview, status, now: Date.parse(exampleNow), viewer })],
    ['what a plan leaves', createElement(Left, { preview })],
    ['a receipt', createElement(Receipt, { receipt })],
    [
      'the question before a removal',
      createElement(RemovalDialog, {
        ...{ removal: { subject: { kind: 'all-blocks' }, startedWith: null, answer: null }, status },
        ...{ find: never, onConfirm: nothing, onClose: nothing },
      }),
    ],
  ])('is written with separators in %s', (_where, element) => {
    const text = renderToStaticMarkup(element).replace(/<[^>]*>/g, ' ');
    expect(number(many)).toBe('1,240');
    expect(text).toContain('1,240');
    expect(text).not.toMatch(/\b\d{4,}\b/);
  });
});
