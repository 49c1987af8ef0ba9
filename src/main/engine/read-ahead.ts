import type { AccountId, CalendarId } from '../../shared/ids.ts';
import type { CalendarProvider, ReadPosition } from '../ports/provider.ts';
import type { CalendarAccess, CalendarRecord } from '../ports/store.ts';
import type { EngineDeps, RunScope } from './deps.ts';

type Answer = Awaited<ReturnType<CalendarProvider['readEvents']>>;

/** A first page that has been asked for. */
export interface AskedFor {
  /** Drawn before it was asked for: what is written later than that, the read has not seen. */
  readonly readId: number;
  readonly answer: Promise<Answer>;
}

/** First pages of the calendars of one account, some of which are asked for while others are stored. */
export interface ReadAhead {
  /** Takes how many calendars have had their turn; asks for the first pages of those that come next. */
  goOn(turn: number): void;
  /** Takes a calendar and where its read begins; returns its page, once, if it was asked for just so. */
  take(calendarId: CalendarId, accountId: AccountId, position: ReadPosition): AskedFor | null;
}

/** A calendar, the account it is read through first, and where that begins. */
export interface Ahead {
  readonly calendar: CalendarRecord;
  readonly access: CalendarAccess & { readonly email: string };
  readonly position: ReadPosition;
}

interface Waiting extends AskedFor {
  readonly accountId: AccountId;
  readonly position: ReadPosition;
}

/**
 * Takes the calendars of one account in their order, and what says that nothing more should be asked through it; returns their first pages,
 * asked for as many at once as the service likes (`readsAtOnce`). They are stored one after the other and in their order, as if each had
 * been asked for in its turn.
 */
export function readAhead(
  { provider, store }: EngineDeps,
  scope: RunScope,
  calendars: readonly Ahead[],
  isBroken: (accountId: AccountId) => boolean,
): ReadAhead {
  const waiting = new Map<CalendarId, Waiting>();
  let next = 0;
  return {
    goOn(turn) {
      for (; next < calendars.length; next += 1) {
        const one = calendars[next];
        if (one === undefined) return;
        const { accountId, email } = one.access;
        if (next >= turn + provider.readsAtOnce(accountId) || isBroken(accountId)) return;
        const readId = store.nextReadId();
        const answer = provider.readEvents(accountId, email, one.calendar.id, one.position, scope.signal);
        // Whoever takes it hears of it; if nobody does, the run has ended before.
        answer.catch(() => undefined);
        waiting.set(one.calendar.id, { accountId, position: one.position, readId, answer });
      }
    },
    take(calendarId, accountId, position) {
      const found = waiting.get(calendarId);
      waiting.delete(calendarId);
      return found?.accountId === accountId && isSame(found.position, position) ? found : null;
    },
  };
}

const isSame = (one: ReadPosition, other: ReadPosition): boolean =>
  one.syncToken === other.syncToken &&
  one.pageToken === other.pageToken &&
  (one.pageRows ?? null) === (other.pageRows ?? null);
