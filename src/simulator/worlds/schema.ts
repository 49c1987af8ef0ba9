import { z } from 'zod';
import type { Outcome } from '../outcome.ts';
import { placeCaptured, placeEvent } from '../state/writes/index.ts';
import type { CalendarService } from '../state/service.ts';
import { isObject } from '../state/event-content.ts';

const roleSchema = z.enum(['freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner']);

const calendarSchema = z.strictObject({
  id: z.string().min(1),
  summary: z.string(),
  description: z.string().optional(),
  timeZone: z.string(),
  accessRole: roleSchema,
  primary: z.boolean().optional(),
  summaryOverride: z.string().optional(),
  selected: z.boolean().optional(),
  hidden: z.boolean().optional(),
  colorId: z.string().optional(),
  /** Events in Google's event-resource form; exceptions come after their series. */
  events: z.array(z.record(z.string(), z.unknown())).optional(),
  /**
   * Rows as they were captured from a real calendar, in any order: exceptions whose series is not among them and bare
   * tombstones too. What cannot be placed is left out and reported, because a capture cannot be mended.
   */
  captured: z.array(z.record(z.string(), z.unknown())).optional(),
});

/** A world: accounts with their calendars, and the events in them. */
export const worldSchema = z.strictObject({
  accounts: z
    .array(
      z.strictObject({
        email: z.string().regex(/^[^@\s]+@[^@\s]+$/, 'not an e-mail address'),
        name: z.string(),
        calendars: z.array(calendarSchema),
      }),
    )
    .min(1),
});

/** A world as a file or a test describes it. */
export type World = z.input<typeof worldSchema>;

/** Why a world cannot be loaded: where in it, and the reason. */
export interface WorldProblem {
  readonly path: string;
  readonly reason: string;
}

/** Checks the form of a world. */
export function readWorld(
  value: unknown,
):
  | { readonly ok: true; readonly world: z.output<typeof worldSchema> }
  | { readonly ok: false; readonly problem: WorldProblem } {
  const parsed = worldSchema.safeParse(value);
  if (parsed.success) return { ok: true, world: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, problem: { path: pathText(issue?.path ?? []), reason: issue?.message ?? 'unreadable' } };
}

/**
 * Puts a world into an empty service. Stops at the first thing that cannot be, and says where it is; of captured rows it
 * says what was left out, and why.
 */
export function loadWorld(
  service: CalendarService,
  world: z.output<typeof worldSchema>,
  leftOut: WorldProblem[] = [],
): WorldProblem | undefined {
  for (const [index, { email, name, calendars }] of world.accounts.entries()) {
    const at = `accounts[${index}]`;
    if (service.accounts.has(email)) return { path: `${at}.email`, reason: 'this account is listed twice' };
    const account = service.addAccount(email, name);
    const primaries = calendars.filter((calendar) => calendar.primary === true || calendar.id === email);
    if (primaries.length !== 1) {
      return {
        path: `${at}.calendars`,
        reason: 'an account needs exactly one primary calendar, whose id is its address',
      };
    }
    for (const [position, entry] of calendars.entries()) {
      const problem = loadCalendar(service, account, entry, `${at}.calendars[${position}]`, leftOut);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function loadCalendar(
  service: CalendarService,
  account: ReturnType<CalendarService['addAccount']>,
  entry: z.output<typeof calendarSchema>,
  at: string,
  leftOut: WorldProblem[],
): WorldProblem | undefined {
  const primary = entry.primary === true || entry.id === account.email;
  if (primary && entry.id !== account.email)
    return { path: `${at}.id`, reason: 'the id of a primary calendar is the address of its account' };
  if (!service.zones.isKnown(entry.timeZone))
    return { path: `${at}.timeZone`, reason: `unknown time zone "${entry.timeZone}"` };
  if (account.entries.has(entry.id))
    return { path: `${at}.id`, reason: 'this calendar is listed twice for the account' };
  const calendar =
    service.calendars.get(entry.id) ??
    service.addCalendar({
      id: entry.id,
      summary: entry.summary,
      description: entry.description,
      timeZone: entry.timeZone,
      primaryOf: entry.id.includes('@') && primary ? account.email : primaryOwner(service, entry.id),
    });
  service.subscribe(account, entry.id, {
    accessRole: entry.accessRole,
    primary,
    selected: entry.selected ?? true,
    hidden: entry.hidden ?? false,
    summaryOverride: entry.summaryOverride,
    ...(entry.colorId === undefined ? {} : { colorId: entry.colorId }),
  });
  for (const [index, event] of (entry.events ?? []).entries()) {
    const placed = placeEvent(service, calendar, account.email, event);
    if (!placed.ok) return { path: `${at}.events[${index}]${whereIn(event, placed)}`, reason: placed.failure.message };
  }
  // Series first, because a capture has them in the order of their last change.
  const captured = [...(entry.captured ?? []).entries()];
  const isDate = ([, event]: (typeof captured)[number]): boolean => event['recurringEventId'] !== undefined;
  for (const [index, event] of [...captured.filter((one) => !isDate(one)), ...captured.filter(isDate)]) {
    const placed = placeCaptured(service, calendar, account.email, event);
    if (placed.ok) continue;
    leftOut.push({ path: `${at}.captured[${index}]${whereIn(event, placed)}`, reason: placed.failure.message });
  }
  return undefined;
}

function primaryOwner(service: CalendarService, calendarId: string): string | undefined {
  return service.accounts.get(calendarId)?.email;
}

function whereIn(event: unknown, placed: Outcome<unknown>): string {
  if (placed.ok || !isObject(event)) return '';
  const { location, message, reason } = placed.failure;
  const named = location ?? /^Invalid value at '([^']+)'/.exec(message)?.[1];
  if (named !== undefined) return named === 'event' ? '' : `.${named}`;
  if (reason === 'duplicate') return '.id';
  if (/start/i.test(message)) return '.start';
  if (/end time|time range/i.test(message)) return '.end';
  return /recurrence|COUNT and UNTIL/i.test(message) ? '.recurrence' : '';
}

function pathText(path: readonly PropertyKey[]): string {
  return (
    path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '') || '(top)'
  );
}
