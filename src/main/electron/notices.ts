import { createHash } from 'node:crypto';
import type { CalendarView, Status } from '../../shared/dto.ts';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import type { SettingsPlace } from '../../shared/ipc.ts';
import { keychainItem } from '../../shared/ipc.ts';
import { words, type LostCode } from './words.ts';

/** What a notice is about. */
export type NoticeMatter =
  | { readonly kind: 'sign-in'; readonly accountId: AccountId }
  /** `holdKey` as in `HoldView`. */
  | { readonly kind: 'hold'; readonly holdKey: string }
  | { readonly kind: 'keychain' }
  | { readonly kind: 'calendar'; readonly calendarId: CalendarId };

/** Something that only the person can mend. */
export interface Notice {
  readonly matter: NoticeMatter;
  /** Names the incident. A hash, because it is kept on disk and what it stands for holds addresses. */
  readonly key: string;
  readonly title: string;
  readonly body: string;
}

export interface NoticesDue {
  /** To be shown now. */
  readonly due: readonly Notice[];
  /** The incidents that go on and were told; to be handed in next time. */
  readonly told: readonly string[];
}

const incident = (kind: string, ...parts: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest('base64url')
    .slice(0, 22);

/**
 * Takes a snapshot and the incidents told already; returns what to tell now. Each incident is told once, however many
 * runs and starts it outlives; one that was mended is forgotten, so that the next of its kind is told again. Only what
 * a person must act on is told: signing in again, a held removal, a keychain that is gone, a calendar in use that can no
 * longer be read or written.
 */
export function dueNotices(status: Status, alreadyTold: readonly string[]): NoticesDue {
  const open: Notice[] = [
    ...status.accounts
      .filter((account) => account.state === 'needs-sign-in')
      .map((account) => ({
        matter: { kind: 'sign-in', accountId: account.id } as const,
        key: incident('sign-in', account.id),
        ...words.notices.signIn(account.email),
      })),
    ...status.holds.map((hold) => ({
      matter: { kind: 'hold', holdKey: hold.key } as const,
      key: incident('hold', hold.key, hold.since),
      ...words.notices.held(hold.kind, hold.count, hold.calendarName),
    })),
    ...(status.troubles.some(({ code }) => code === 'keychain-unavailable' || code === 'keychain-failed')
      ? [{ matter: { kind: 'keychain' } as const, key: incident('keychain'), ...words.notices.keychain }]
      : []),
    ...status.calendars.flatMap((calendar) => {
      const code = lostCode(calendar);
      if (code === null) return [];
      return [
        {
          matter: { kind: 'calendar', calendarId: calendar.id } as const,
          key: incident(code, calendar.id),
          ...words.notices.calendar(code, calendar.name),
        },
      ];
    }),
  ];
  const told = new Set(alreadyTold);
  return { due: open.filter(({ key }) => !told.has(key)), told: open.map(({ key }) => key) };
}

const lostCodes: readonly LostCode[] = [
  'calendar-gone',
  'calendar-read-only',
  'calendar-private-hidden',
  'calendar-seen-less',
  'calendar-renamed',
];

/** Takes a calendar; returns why the person must do something about it, or null where nothing is to be done. */
function lostCode({ source, target, formerly, trouble }: CalendarView): LostCode | null {
  if (trouble === null || !(source || target || formerly !== null)) return null;
  return lostCodes.find((code) => code === trouble.code) ?? null;
}

/** Takes what a notice is about; returns where that is mended: the place, and the button or row in it. */
export function placeOfMatter(matter: NoticeMatter): SettingsPlace {
  switch (matter.kind) {
    case 'sign-in':
      return { page: 'accounts', item: matter.accountId };
    case 'hold':
      return { page: 'advanced', item: matter.holdKey };
    case 'keychain':
      return { page: 'accounts', item: keychainItem };
    case 'calendar':
      return { page: 'calendars', item: matter.calendarId };
  }
}
