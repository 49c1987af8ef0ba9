import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { CalendarList } from '../../src/renderer/components/calendar-list.tsx';
import { Matters } from '../../src/renderer/components/matters.tsx';
import { CalendarTable } from '../../src/renderer/components/settings/calendar-table.tsx';
import { words } from '../../src/renderer/words.ts';
import type { Status } from '../../src/shared/dto.ts';
import { appError, errorCodes, type ErrorCode } from '../../src/shared/errors.ts';
import { healthOf, needOf } from '../../src/shared/health.ts';
import { exampleCalendar, exampleNow, exampleStatus, exampleTrouble } from '../support/fake-calsync.ts';

const now = Date.parse(exampleNow);
const viewer = { locale: 'en-GB', timeZone: 'UTC' };
const nothing = (): void => undefined;

function regionOf(over: Partial<Status>): string | undefined {
  const status = exampleStatus({ holds: [], ...over });
  const markup = renderToStaticMarkup(
    createElement(Matters, {
      ...{ status, health: healthOf(status, now), now, viewer, banner: null },
      ...{ signIn: { waiting: null, start: nothing, cancel: nothing }, onDismiss: nothing, onSetUp: nothing },
      ...{ onStep: nothing, onDecide: nothing },
    }),
  );
  return /<section[^>]*aria-label="([^"]*)"/.exec(markup)?.[1];
}

/** Takes why a calendar is in trouble; returns how the popup and the settings draw it. */
function drawn(code: ErrorCode): { readonly popup: string; readonly settings: string } {
  const status = exampleStatus({ calendars: [exampleCalendar({ trouble: appError(code, 'Work') })] });
  const shared = { status, now, viewer, pending: null, onUse: nothing };
  return {
    popup: renderToStaticMarkup(
      createElement(CalendarList, { ...shared, openCalendar: null, onOpen: nothing, disabled: false }),
    ),
    settings: renderToStaticMarkup(createElement(CalendarTable, { ...shared, onRenamed: nothing })),
  };
}

describe('what is not as it should be', () => {
  it('is said to need the person only where something of it does', () => {
    expect(regionOf({ troubles: [exampleTrouble('provider-trouble', 'Work')] })).toBe(words.mattersQuiet);
    expect(regionOf({ troubles: [exampleTrouble('provider-trouble', 'Work'), exampleTrouble('api-disabled')] })).toBe(
      words.matters,
    );
    expect(regionOf({ troubles: [exampleTrouble('request-refused', 'Work', { known: true })] })).toBe(
      words.mattersQuiet,
    );
  });

  it.each(errorCodes)('is marked at a calendar where it is not nobody’s: %s', (code) => {
    const isMarked = needOf(code) !== 'nobody';
    const { popup, settings } = drawn(code);
    expect(popup.includes(`aria-label="${words.matters}"`)).toBe(isMarked);
    expect(settings.includes('lucide-triangle-alert')).toBe(isMarked);
  });
});
