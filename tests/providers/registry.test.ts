import { describe, expect, it } from 'vitest';
import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import { createProviders } from '../../src/main/providers/registry.ts';
import { toAccountId, toCalendarId, toEventId } from '../../src/shared/ids.ts';
import { idAt } from '../../src/shared/providers.ts';
import { ok } from '../../src/shared/result.ts';

const ada = toAccountId('ada');
const gone = toAccountId('gone');
const calendarId = toCalendarId('ada@example.com');
const eventId = toEventId('cs1');
const position = { syncToken: null, pageToken: null };

function providerOf(offset: number | null): CalendarProvider {
  return {
    clockOffset: () => offset,
    readsAtOnce: () => 3,
    listCalendars: () => Promise.resolve(ok([])),
    readEvents: () => Promise.reject(new Error('not asked')),
    look: (_, looks) => Promise.resolve(looks.map(() => ok(null))),
    write: (_, writes) => Promise.resolve(writes.map(() => ({ whole: ok(null), slots: [] }))),
    findTagged: () => Promise.resolve(ok({ rows: [], size: 0, nextPageToken: null })),
    findDeleted: () => Promise.resolve(ok({ ids: [], size: 0, nextPageToken: null })),
  };
}

const providers = createProviders({ google: providerOf(1500) }, (id) => (id === ada ? 'google' : null));
const whole = { kind: 'delete', calendarId, eventId, seriesId: null, etag: null } as const;
const slot = { ...whole, eventId: toEventId('cs1_20260403'), seriesId: eventId };

describe('all providers as one', () => {
  it('asks the one that an account is at', async () => {
    expect(await providers.listCalendars(ada)).toEqual(ok([]));
    expect(await providers.look(ada, [{ kind: 'get', calendarId, eventId }])).toEqual([ok(null)]);
    expect(await providers.write(ada, [{ whole, slots: [] }])).toEqual([{ whole: ok(null), slots: [] }]);
    expect((await providers.findTagged(ada, calendarId, null)).ok).toBe(true);
    expect((await providers.findDeleted(ada, calendarId, null)).ok).toBe(true);
    expect(providers.clockOffset()).toBe(1500);
    expect([providers.readsAtOnce(ada), providers.readsAtOnce(gone)]).toEqual([3, 1]);
  });

  it('says of an account that is gone that it has to sign in, each call by itself', async () => {
    const failed = { ok: false, error: { kind: 'sign-in-needed' } };
    expect(await providers.listCalendars(gone)).toMatchObject(failed);
    expect(await providers.readEvents(gone, 'gone@example.com', calendarId, position)).toMatchObject(failed);
    expect(await providers.look(gone, [{ kind: 'get', calendarId, eventId }])).toMatchObject([failed]);
    expect(
      await providers.write(gone, [
        { whole, slots: [slot] },
        { whole: null, slots: [slot] },
      ]),
    ).toMatchObject([
      { whole: failed, slots: [failed] },
      { whole: null, slots: [failed] },
    ]);
    expect(await providers.findTagged(gone, calendarId, null)).toMatchObject(failed);
    expect(await providers.findDeleted(gone, calendarId, null)).toMatchObject(failed);
  });
});

it('an id is as Google gives it, because blocks are named by it', () => {
  expect(idAt('google', 'ada@example.com')).toBe('ada@example.com');
});
