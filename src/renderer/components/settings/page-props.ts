import type { AccountView, HoldView, Status } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import type { Instant } from '../../../shared/time.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import type { Viewer } from '../../format.ts';
import type { SignIn } from '../../hooks.ts';
import type { PageBridge } from '../../page-bridge.ts';
import type { RemovalSubject } from '../../removal.ts';
import type { BlockLook } from '../../block-look.ts';
import type { UndoSubject } from '../undo-button.tsx';
import type { FilterDraft } from './busy-filters.tsx';

/** Edits that wait to be applied. */
export interface Drafts {
  /** What blocks show everywhere; null where it is as it was kept. */
  readonly block: BlockLook | null;
  readonly filters: ReadonlyMap<CalendarId, FilterDraft>;
}

/** What every place of the settings window is given. */
export interface PageProps {
  readonly bridge: PageBridge;
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly signIn: SignIn;
  /** Shows why something that the person asked for failed; takes away what was shown when it went well. */
  readonly tell: (answer: Result<unknown, AppError>) => void;
  readonly askRemoval: (subject: RemovalSubject) => void;
  readonly decide: (hold: HoldView) => void;
  readonly showMutes: () => void;
  readonly onUndo: (subject: UndoSubject) => void;
  /** What was typed and not applied yet, for as long as the window lives: a look at another page must not lose it. */
  readonly drafts: Drafts;
  readonly setDrafts: (change: (before: Drafts) => Drafts) => void;
}

/** Takes an account; returns whether the person must do something about it. */
export function needsPerson(account: AccountView): boolean {
  return account.state === 'needs-sign-in';
}
