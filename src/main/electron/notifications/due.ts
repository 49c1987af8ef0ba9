import { createHash } from 'node:crypto';
import { number } from '../../../shared/counts.ts';
import type { CalendarView, Status } from '../../../shared/dto.ts';
import { appError, type ErrorCode } from '../../../shared/errors.ts';
import { isLate } from '../../../shared/behind.ts';
import { behindNow, healthOf, isForThePerson, type Health, type HealthMatter } from '../../../shared/health.ts';
import { healthSaid, matterSaid, type Said, type Voice } from '../../../shared/health-words.ts';
import type { AccountId, CalendarId } from '../../../shared/ids.ts';
import type { SettingsPage, SettingsPlace } from '../../../shared/ipc.ts';
import { clientItem, keychainItem } from '../../../shared/ipc.ts';
import { messageFor } from '../../../shared/messages.ts';
import { minute } from '../../../shared/time.ts';

/** What a notification says. */
type NotificationText = Pick<DesktopNotification, 'title' | 'body'>;

/** Why a calendar cannot be used as the person chose, where only they can mend it. */
type LostCode =
  'calendar-gone' | 'calendar-read-only' | 'calendar-private-hidden' | 'calendar-seen-less' | 'calendar-renamed';

/** What a notification is about. */
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

/** A disk is waited for so long before it is told: what makes room by itself has done so by then. */
const diskPatience = 5 * minute;

/** A notification is about what has just become so, so that it names no time; a matter of its own is told with the words of the health. */
const voice: Voice = {
  surface: 'app',
  time: (moment) => moment,
  until: (moment) => moment,
  number,
};
const healthText = (health: Health): NotificationText => textOf(healthSaid({ ...health, since: null }, voice));
const textOf = ({ heading, sentence = '', meaning }: Said & { readonly sentence?: string }): NotificationText => ({
  title: heading,
  body: `${sentence} ${meaning}`.trim(),
});

/**
 * Takes how things stand, now, and the incidents told already; returns what to tell now. Each incident is told once, however many
 * runs and starts it outlives; one that was mended is forgotten, so that the next of its kind is told again. Only what is the
 * person's is told: to mend, to answer, or to know; and what has one cause is one notification, however many calendars it touches. So is what
 * is waited for and will not come without them. An engine that is away has nothing new to say, and forgets nothing that was told.
 */
export function dueNotifications(status: Status, now: number, alreadyTold: readonly string[]): DueNotifications {
  const health = healthOf(status, now);
  const isAway = status.waitsFor.engine !== null;
  const open = [
    ...(waitNotification(health, now) ?? []),
    ...(behindNotification(health, status, now) ?? []),
    ...(isAway ? [] : health.matters.filter(isForThePerson).flatMap((matter) => notificationOf(matter, status) ?? [])),
  ];
  const told = new Set(alreadyTold);
  // A sleep, a pause or an hour without a network is no other incident: that ends when the calendar is read.
  const lateKeys = status.calendars.filter((one) => isLate(one, status.intervalMinutes, now)).map(behindKey);
  return {
    due: open
      .filter(({ keys }) => keys.some((key) => !told.has(key)))
      .map(({ keys: [key = ''], ...notification }) => ({ ...notification, key })),
    told: [
      ...new Set([
        ...(isAway ? alreadyTold : lateKeys.filter((key) => told.has(key))),
        ...open.flatMap(({ keys }) => keys),
      ]),
    ],
  };
}

const behindKey = ({ id }: CalendarView): string => incident('behind', id);

/** Takes how things stand and now; returns the notification of the calendars that CalSync is behind with, or null. */
function behindNotification(health: Health, status: Status, now: number): readonly OpenNotification[] | null {
  if (health.state !== 'behind' && health.state !== 'needs-you') return null;
  const behind = behindNow(status, now);
  if (behind === null) return null;
  const { matters } = health;
  return [
    {
      matter: { kind: 'calendar', calendarId: behind.calendars[0].id },
      keys: behind.calendars.map(behindKey),
      ...healthText({ state: 'behind', since: null, matters, behind }),
    },
  ];
}

/** Takes how things stand and now; returns the notification of what is waited for and only the person brings back, or null. */
function waitNotification(health: Health, now: number): readonly OpenNotification[] | null {
  const told = (kind: string, matter: NotificationMatter): readonly OpenNotification[] => [
    { matter, keys: [incident(kind)], ...healthText(health) },
  ];
  const other: NotificationMatter = { kind: 'other', page: 'activity' };
  if (health.state === 'waiting' && health.for === 'keychain') return told('keychain-waits', { kind: 'keychain' });
  if (health.state === 'waiting' && health.for === 'disk') {
    const isLong = health.since !== null && now - Date.parse(health.since) > diskPatience;
    return isLong ? told('disk-waits', other) : null;
  }
  const isElsewhere =
    health.state === 'cannot-sync' && health.why.kind === 'trouble' && health.why.code === 'busy-elsewhere';
  return isElsewhere ? told('busy-elsewhere', other) : null;
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
  const text = textOf(matterSaid(matter, voice));
  if (matter.kind === 'hold') {
    const { key, since } = matter.hold;
    return { matter: { kind: 'hold', holdKey: key }, keys: [incident('hold', key, since)], ...text };
  }
  const { code, abouts } = matter;
  if (code === 'keychain-unavailable') {
    return { matter: { kind: 'keychain' }, keys: [incident('keychain')], ...text };
  }
  if (code === 'needs-sign-in') {
    const account = status.accounts.find(({ email }) => email === abouts[0]);
    if (account === undefined) return null;
    const keys = [incident('sign-in', account.id)];
    return { matter: { kind: 'sign-in', accountId: account.id }, keys, ...text };
  }
  const lost = lostCodes.find((one) => one === code);
  const calendars =
    lost === undefined ? [] : status.calendars.filter((one) => one.trouble?.code === lost && isShown(one));
  const [calendar] = calendars;
  if (lost !== undefined && calendar !== undefined) {
    return {
      matter: { kind: 'calendar', calendarId: calendar.id },
      keys: calendars.map(({ id }) => incident(lost, id)),
      ...text,
    };
  }
  const keys = matter.parts.map(({ about, what }) => incident(code, code === 'clock-wrong' ? '' : (about ?? ''), what));
  return { matter: { kind: 'other', page: pageOf(code) }, keys, ...text };
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

/** Takes what a notification is about; returns where that is mended: the place, and the button or row in it. */
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
      return { page: matter.page, item: matter.page === 'guide' ? clientItem : null };
  }
}
