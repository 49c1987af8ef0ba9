import { createHash } from 'node:crypto';
import type { CalendarView, Status } from '../../../shared/dto.ts';
import { appError, type ErrorCode } from '../../../shared/errors.ts';
import { healthOf, isForThePerson, type HealthMatter } from '../../../shared/health.ts';
import { matterSaid } from '../../../shared/health-words.ts';
import type { AccountId, CalendarId } from '../../../shared/ids.ts';
import type { SettingsPage, SettingsPlace } from '../../../shared/ipc.ts';
import { keychainItem } from '../../../shared/ipc.ts';
import { messageFor } from '../../../shared/messages.ts';
import { words, type LostCode } from '../words.ts';

/** What a desktop notification is about. */
export type NotificationMatter =
  | { readonly kind: 'sign-in'; readonly accountId: AccountId }
  /** `holdKey` as in `HoldView`. */
  | { readonly kind: 'hold'; readonly holdKey: string }
  | { readonly kind: 'keychain' }
  | { readonly kind: 'calendar'; readonly calendarId: CalendarId }
  /** Anything else, with the page that it is looked at on. */
  | { readonly kind: 'other'; readonly page: SettingsPage };

/** Something that only the person can mend. */
export interface DesktopNotification {
  readonly matter: NotificationMatter;
  /** Names the incident. A hash, because it is kept on disk and what it stands for holds addresses. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
}

export interface DueNotifications {
  /** To be shown now. */
  readonly due: readonly DesktopNotification[];
  /** The incidents that go on and were told; to be handed in next time. */
  readonly told: readonly string[];
}

const incident = (kind: string, ...parts: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest('base64url')
    .slice(0, 22);

/**
 * Takes how things stand, now, and the incidents told already; returns what to tell now. Each incident is told once, however many
 * runs and starts it outlives; one that was mended is forgotten, so that the next of its kind is told again. Only what is the
 * person's is told: to mend, to answer, or to know; and what has one cause is one notification, however many calendars it touches.
 */
export function dueNotifications(status: Status, now: number, alreadyTold: readonly string[]): DueNotifications {
  const health = healthOf(status, now);
  const waits = health.state === 'waiting' && health.for === 'keychain';
  const open = [
    ...(waits
      ? [{ matter: { kind: 'keychain' } as const, keys: [incident('keychain')], ...words.notifications.keychain }]
      : []),
    ...health.matters.filter(isForThePerson).flatMap((matter) => notificationOf(matter, status) ?? []),
  ];
  const told = new Set(alreadyTold);
  return {
    due: open
      .filter(({ keys }) => keys.some((key) => !told.has(key)))
      .map(({ keys: [key = ''], ...notification }) => ({ ...notification, key })),
    told: open.flatMap(({ keys }) => keys),
  };
}

const lostCodes: readonly LostCode[] = [
  'calendar-gone',
  'calendar-read-only',
  'calendar-private-hidden',
  'calendar-seen-less',
  'calendar-renamed',
];

/** One that is not in use is the person's matter only while they are asked whether it is a former one. */
const isShown = ({ source, target, formerly }: CalendarView): boolean => source || target || formerly !== null;

type OpenNotification = Omit<DesktopNotification, 'key'> & { readonly keys: readonly string[] };

/** Takes a matter of the person; returns its notification, with one incident for each thing that it is about, or null where none is told. */
function notificationOf(matter: HealthMatter, status: Status): OpenNotification | null {
  if (matter.kind === 'hold') {
    const { key, since, kind, count, calendarName } = matter.hold;
    const keys = [incident('hold', key, since)];
    return { matter: { kind: 'hold', holdKey: key }, keys, ...words.notifications.held(kind, count, calendarName) };
  }
  const { code, abouts } = matter;
  const { sentence, meaning } = matterSaid(matter, { surface: 'app', number: (count) => count.toLocaleString() });
  if (code === 'keychain-unavailable') {
    return { matter: { kind: 'keychain' }, keys: [incident('keychain')], ...words.notifications.keychain };
  }
  if (code === 'needs-sign-in') {
    const account = status.accounts.find(({ email }) => email === abouts[0]);
    if (account === undefined) return null;
    const keys = [incident('sign-in', account.id)];
    return { matter: { kind: 'sign-in', accountId: account.id }, keys, ...words.notifications.signIn(account.email) };
  }
  const lost = lostCodes.find((one) => one === code);
  const calendars =
    lost === undefined ? [] : status.calendars.filter((one) => one.trouble?.code === lost && isShown(one));
  const [calendar] = calendars;
  if (lost !== undefined && calendar !== undefined) {
    return {
      matter: { kind: 'calendar', calendarId: calendar.id },
      keys: calendars.map(({ id }) => incident(lost, id)),
      ...(calendars.length === 1
        ? words.notifications.calendar(lost, calendar.name)
        : words.notifications.calendars(sentence, meaning)),
    };
  }
  const keys = matter.parts.map(({ about, what }) => incident(code, code === 'clock-wrong' ? '' : (about ?? ''), what));
  return { matter: { kind: 'other', page: pageOf(code) }, keys, ...words.notifications.other(sentence, meaning) };
}

/** Where what has no row of its own is looked at. */
function pageOf(code: ErrorCode): SettingsPage {
  switch (messageFor(appError(code), 'app').step) {
    case 'show-calendar':
      return 'calendars';
    case 'sign-in':
    case 'add-account':
      return 'accounts';
    case 'set-up':
      return 'guide';
    default:
      return 'activity';
  }
}

/** Takes what a desktop notification is about; returns where that is mended: the place, and the button or row in it. */
export function placeOfMatter(matter: NotificationMatter): SettingsPlace {
  switch (matter.kind) {
    case 'sign-in':
      return { page: 'accounts', item: matter.accountId };
    case 'hold':
      return { page: 'advanced', item: matter.holdKey };
    case 'keychain':
      return { page: 'accounts', item: keychainItem };
    case 'calendar':
      return { page: 'calendars', item: matter.calendarId };
    case 'other':
      return { page: matter.page, item: null };
  }
}
