import { createHash } from 'node:crypto';
import type { Status } from '../../shared/dto.ts';
import { words } from './words.ts';

/** Something that only the person can mend. */
export interface Notice {
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
 * a person must act on is told: signing in again, a held removal, a keychain that is gone.
 */
export function dueNotices(status: Status, alreadyTold: readonly string[]): NoticesDue {
  const open: Notice[] = [
    ...status.accounts
      .filter((account) => account.state === 'needs-sign-in')
      .map((account) => ({ key: incident('sign-in', account.id), ...words.notices.signIn(account.email) })),
    ...status.holds.map((hold) => ({
      key: incident('hold', hold.key, hold.since),
      ...words.notices.held(hold.kind, hold.count, hold.calendarName),
    })),
    ...(status.troubles.some(({ code }) => code === 'keychain-unavailable' || code === 'keychain-failed')
      ? [{ key: incident('keychain'), ...words.notices.keychain }]
      : []),
  ];
  const told = new Set(alreadyTold);
  return { due: open.filter(({ key }) => !told.has(key)), told: open.map(({ key }) => key) };
}
