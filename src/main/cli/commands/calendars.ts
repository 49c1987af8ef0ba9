import type { CalendarView } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { failed, type Command, type Outcome } from '../command.ts';
import { clean, listed, table } from '../text.ts';
import { useText } from '../words.ts';

const sameName = (left: string, right: string): boolean =>
  left.normalize('NFC').trim().toLowerCase() === right.normalize('NFC').trim().toLowerCase();

/** Takes an id or a name; returns the one calendar that it means, or what to answer when none or several are meant. */
export function findCalendar(calendars: readonly CalendarView[], wanted: string): CalendarView | Outcome {
  const byId = calendars.find((each) => each.id === wanted);
  if (byId) return byId;
  const named = calendars.filter((each) => sameName(each.name, wanted));
  const [only, ...others] = named;
  if (only === undefined) return failed(appError('calendar-unknown', wanted));
  if (others.length === 0) return only;
  return failed(
    appError('option-invalid', `${named.length} calendars are called ${wanted}`),
    `Give the id instead: ${listed(named.map((each) => each.id)).replace(/ and ([^ ]*)$/, ' or $1')}.`,
  );
}

/** Returns the command that lists all calendars of all accounts. */
export function listCalendars(): Command {
  return ({ app, io }) => {
    const { accounts, calendars } = app.status();
    const emails = new Map(accounts.map((account) => [account.id, account.email]));
    const rows = calendars.map((calendar) => [
      useText(calendar),
      String(calendar.blocks),
      clean(calendar.name),
      clean(emails.get(calendar.accountId) ?? ''),
      clean(calendar.id),
    ]);
    const lines =
      rows.length === 0
        ? ['No calendar is known yet. Connect an account with `accounts add`.']
        : table(
            [
              { title: 'USE' },
              { title: 'BLOCKS', kind: 'number' },
              { title: 'NAME', kind: 'long' },
              { title: 'ACCOUNT', kind: 'long' },
              { title: 'ID', kind: 'long' },
            ],
            rows,
            io.stdout.columns,
          );
    return { lines, json: { calendars } };
  };
}

/** Takes an id or a name, and what for; returns the command that chooses the use of a calendar. */
export function useCalendar(wanted: string, use: { readonly source: boolean; readonly target: boolean }): Command {
  return ({ app }) => {
    const found = findCalendar(app.status().calendars, wanted);
    if ('lines' in found) return found;
    const used = app.useCalendar(found.id, use);
    if (!used.ok) {
      const readOnly = ['calendar-read-only', 'calendar-private-hidden'].includes(used.error.code);
      return failed(used.error, readOnly ? `Use it with --source-only, or ask its owner for more.` : null);
    }
    const calendar = used.value.calendars.find((each) => each.id === found.id) ?? found;
    const words = use.source
      ? use.target
        ? 'is used both ways now'
        : 'is a source only now'
      : use.target
        ? 'is a target only now'
        : 'is not used any more';
    return {
      lines: [`${clean(calendar.name)} ${words}. The blocks follow with the next \`sync\`.`],
      json: { calendar },
    };
  };
}
