import { useCallback, useState } from 'react';
import type { AccountView, RemovalFindings, ResetReceipt, Status } from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import type { CalendarId } from '../shared/ids.ts';
import type { Result } from '../shared/result.ts';
import type { PageBridge } from './page-bridge.ts';

/** What is removed: every block, or one account with its blocks. */
export type RemovalSubject =
  { readonly kind: 'all-blocks' } | { readonly kind: 'account'; readonly account: AccountView };

/** What the person has ticked. */
export interface RemovalChoices {
  /** Whether an account's permission is given back to Google as well; of no meaning for anything else. */
  readonly revoke: boolean;
  /** Calendars on which blocks of others are taken, too. */
  readonly othersOn: CalendarId[];
}

/** One removal: asked about, under way, or done. */
export interface Removal {
  readonly subject: RemovalSubject;
  /** Blocks known when it was started, for the progress; null before. */
  readonly startedWith: number | null;
  readonly answer: Result<ResetReceipt, AppError> | null;
}

/** Takes a snapshot; returns the blocks that are known in it. */
export function knownBlocks(status: Status): number {
  return status.calendars.reduce((sum, calendar) => sum + calendar.blocks, 0);
}

/** The one removal that a window knows of. */
export interface RemovalFlow {
  /** Null before the first. */
  readonly removal: Removal | null;
  /** Begins a removal; one that goes on stays, because a second one at the same time would help nobody. */
  readonly begin: (subject: RemovalSubject) => void;
  /** Counts what a removal would meet; the same function each time. */
  readonly find: (subject: RemovalSubject) => Promise<Result<RemovalFindings, AppError>>;
  /** Does what was begun; resolves when there is an answer. Takes the blocks that are known, for the progress. */
  readonly run: (subject: RemovalSubject, known: number, choices: RemovalChoices) => Promise<void>;
}

/** Takes the bridge; returns the removal of this window. */
export function useRemoval(bridge: PageBridge): RemovalFlow {
  const [removal, setRemoval] = useState<Removal | null>(null);
  const find = useCallback(
    (subject: RemovalSubject) =>
      bridge.call('blocks.find', { accountId: subject.kind === 'account' ? subject.account.id : null }),
    [bridge],
  );
  return {
    removal,
    begin: (subject) => {
      const goesOn = removal !== null && removal.startedWith !== null && removal.answer === null;
      if (!goesOn) setRemoval({ subject, startedWith: null, answer: null });
    },
    find,
    run: async (subject, known, choices) => {
      setRemoval({ subject, startedWith: known, answer: null });
      const answer =
        subject.kind === 'account'
          ? await bridge.call('account.remove', { accountId: subject.account.id, ...choices })
          : await bridge.call('reset.run', { confirmed: true, othersOn: choices.othersOn });
      setRemoval({ subject, startedWith: known, answer });
    },
  };
}
