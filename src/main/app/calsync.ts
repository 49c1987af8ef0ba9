import type {
  AccountView,
  ClientView,
  CopyView,
  DoctorReport,
  HeldBlocks,
  HoldChoice,
  HoldView,
  KeptView,
  MuteView,
  PauseChoice,
  PlanPreview,
  PlanView,
  Policies,
  PolicyChange,
  Progress,
  RemovalFindings,
  ResetReceipt,
  RunView,
  Status,
  Trigger,
  UndoPreview,
  UndoReceipt,
  WhyAnswer,
  Trouble,
} from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import type { Surface } from '../../shared/messages.ts';
import type { Result } from '../../shared/result.ts';

/** Told how far something long has come. */
export type ProgressListener = (progress: Progress) => void;

export interface LongTask {
  readonly onProgress?: ProgressListener;
  /** Stops at the next safe point; what was done stays done. */
  readonly signal?: AbortSignal;
}

export interface RemovalOptions extends LongTask {
  /** Calendars on which blocks that are not known to be from a connected calendar are taken, too; none unless told. */
  readonly othersOn?: readonly CalendarId[];
}

export interface AddAccountRequest {
  /** Takes the address of the consent page and brings it before the person. Absent: the system browser opens. */
  readonly show?: (address: string) => Promise<Result<void, AppError>>;
  readonly loginHint?: string;
  readonly signal?: AbortSignal;
}

/**
 * All that a person can ask of CalSync, the same for the tray app, the command line, the demo and tests. Failures are
 * values; each can be shown with `messageFor`.
 */
export interface CalSync {
  /** Returns what is known now, without asking the provider. */
  status(): Status;
  /** Takes a listener for each change of the status; returns what ends it. */
  onStatus(listener: (status: Status) => void): () => void;

  /**
   * Signs in to an account, keeps its refresh token in the vault and reads the list of its calendars. An account that
   * is connected already is signed in anew, and everything chosen for it is kept. Where `loginHint` is the address of a
   * connected account, that one is meant: another one fails with `account-other`, and nothing is changed.
   */
  addAccount(request: AddAccountRequest): Promise<Result<AccountView, AppError>>;
  /**
   * Removes the account's blocks elsewhere, the blocks in its calendars, its stored data and its refresh token; with
   * `revoke`, gives the permission back to Google as well, which signs out other computers. Blocks that cannot be removed
   * now go later, and the receipt says so. Fails with `account-unknown`, or `cancelled`: then it is still under way.
   */
  removeAccount(
    id: AccountId,
    options: { readonly revoke: boolean } & RemovalOptions,
  ): Promise<Result<ResetReceipt, AppError>>;

  /**
   * Chooses what a calendar is used for. The blocks follow with the next run.
   * Fails with `calendar-unknown`; for one that is gone with `calendar-gone`, unless that ends a use; for one that may be a former one with `calendar-renamed`; for a target that may not be written `calendar-read-only`, or `calendar-private-hidden`.
   */
  useCalendar(id: CalendarId, use: { readonly source: boolean; readonly target: boolean }): Result<Status, AppError>;

  /**
   * Answers whether a calendar is a former one under a new address. If so, that one goes on with all its blocks; if not, this
   * one is offered like any new calendar. Fails with `calendar-unknown`, or `option-invalid` where nothing is asked of it.
   */
  answerRenaming(id: CalendarId, same: boolean): Result<Status, AppError>;

  /** Returns how many blocks of a calendar are not known to be from a connected calendar, as far as is stored. */
  otherBlocks(id: CalendarId): number;
  /**
   * Takes a calendar out of use and every block off it, those of others included: only where the person has said so.
   * Fails as `useCalendar` does, or with `cancelled`; given again, it goes on.
   */
  clearCalendar(id: CalendarId, options?: LongTask): Promise<Result<ResetReceipt, AppError>>;

  /** Reads the calendars and returns what a sync would do, and why; writes to no calendar. */
  plan(options?: LongTask): Promise<Result<PlanView, AppError>>;
  /**
   * Takes an id of an event or a block, the short name that a block's description shows, or words of a title; returns on
   * which calendars it has a block or none, and the rule that decided. From what is stored; nobody is asked.
   */
  why(query: string): WhyAnswer;
  /**
   * One sync cycle. Fails only where nothing could be tried (`paused` unless the trigger is `manual`, because a
   * cron job must not undo a reset; `not-started` before the person has asked for the first one
   * by `start`; `busy-elsewhere`, …); a run with failing accounts or calendars is a success whose `errors` name them.
   */
  sync(trigger: Trigger, options?: LongTask & { readonly start?: boolean }): Promise<Result<RunView, AppError>>;

  /**
   * Returns the last twenty syncs and the last hundred that can be undone, newest first, with what they did and why they failed;
   * one that goes on is the first.
   */
  runs(): readonly RunView[];

  pause(until: PauseChoice): Status;
  resume(): Status;

  holds(): readonly HoldView[];
  /** Takes the name of a hold; returns the very blocks that it is about, soonest first. Fails with `hold-unknown`. */
  heldBlocks(key: string): Result<HeldBlocks, AppError>;
  /**
   * The choice is about what is held now, and is carried out by the next run. Fails with `hold-unknown`, and with
   * `hold-changed` where `version` (`HoldView`) says that the person was shown something else.
   */
  resolveHold(key: string, choice: HoldChoice, version?: string): Result<Status, AppError>;
  /**
   * The person knows what stays out of sync for good: each is named with what it was about when it was shown, and one that is about
   * something else by now stays unknown. What is not of that kind (`needOf`) is left as it is.
   */
  acknowledge(known: readonly Pick<Trouble, 'code' | 'about' | 'what'>[]): Status;
  mutes(): readonly MuteView[];
  /** Fails with `mute-unknown`. The block comes back with the next run. */
  liftMute(key: string): Result<readonly MuteView[], AppError>;

  /**
   * Reads the calendars and returns what undoing a sync would do: what it made is removed and stays away, what it removed or
   * changed is as it was until its event changes, choices that it carried out are as they were; what was changed since is
   * left. Writes to no calendar. Fails with `undo-unknown`, or as `plan` does.
   */
  previewUndo(run: number, options?: LongTask): Promise<Result<UndoPreview, AppError>>;
  /**
   * Does that, and syncs. Fails with `undo-changed` where `version` (`UndoPreview`) says that the person was shown something
   * else, and as `previewUndo` and `sync` do; once it is kept, the next sync carries out what one that fails could not.
   */
  undo(run: number, options?: LongTask & { readonly version?: string }): Promise<Result<UndoReceipt, AppError>>;
  /** Returns the blocks that are kept as they were by undoing syncs. */
  kept(): readonly KeptView[];
  /** Fails with `kept-unknown`. The block is what its event says again with the next run. */
  letGo(key: string): Result<readonly KeptView[], AppError>;

  /**
   * Removes every block of connected calendars from every calendar that may be written, whatever the database knows, and
   * pauses syncing. Returns the receipt. Begun once, it goes on where it stopped when it is asked for again; `resume`
   * gives it up. Fails with `cancelled` or `busy-elsewhere`: then it is still under way.
   */
  reset(options?: RemovalOptions): Promise<Result<ResetReceipt, AppError>>;
  /** Counts what a reset, or the removal of an account, would remove and leave. Writes to no calendar. */
  findBlocks(of: AccountId | null, options?: LongTask): Promise<Result<RemovalFindings, AppError>>;

  /**
   * Looks at everything that syncing stands on; writes to no calendar. Takes where the person reads the report, because
   * what to do there is a button or a command.
   */
  doctor(surface: Surface): Promise<DoctorReport>;

  /** Signs in anew to a connected account. Fails with `account-unknown`, `account-other`, or as `addAccount` does. */
  reconnectAccount(id: AccountId, request?: AddAccountRequest): ReturnType<CalSync['addAccount']>;
  /** Gives up a sign-in that waits for the browser; it then fails with `sign-in-interrupted`. */
  cancelSignIn(): void;
  /** Takes an address; opens it in the person's browser. Fails with `browser-unavailable`. */
  openInBrowser(address: string): Promise<Result<void, AppError>>;
  /** Opens the page of the sign-in that waits once more. Fails with `browser-unavailable`, or `sign-in-interrupted` where none waits. */
  openSignInAgain(): Promise<Result<null, AppError>>;

  policies(): Policies;
  /**
   * Takes changes; returns what they would write together, from what is stored. Only a calendar that they put in use is
   * read first, because nothing of it may be stored yet. Nothing is changed. Fails as `plan` does where it cannot be read.
   */
  previewPolicies(...changes: readonly PolicyChange[]): Promise<Result<PlanPreview, AppError>>;
  /**
   * Takes changes and keeps all of them, or none; the blocks follow with the next run. The person has agreed to the
   * removals that follow from them, however many. Fails with `calendar-…` codes.
   */
  savePolicies(...changes: readonly PolicyChange[]): Result<Policies, AppError>;

  /** Fails with `keychain-failed` where it cannot be told now whether there is one. */
  oauthClient(): Promise<Result<ClientView, AppError>>;
  /** Takes the text of a `client_secret_….json`; keeps the client in the vault. Fails with `client-file-…` codes. */
  saveOAuthClient(text: string, fileName: string | null): Promise<Result<ClientView, AppError>>;

  /** Returns the databases that were put aside in the data folder, oldest first. Fails with `data-folder-unusable`. */
  copies(): Result<readonly CopyView[], AppError>;
  /** Removes them, and returns what was removed. Fails with `data-folder-unusable`. */
  removeCopies(): Result<readonly CopyView[], AppError>;

  /**
   * Returns the support report: a readable text of versions, choices, counts, the last syncs and the redacted log; no
   * address, no name, no id, no title. From what is stored; nobody but the keychain is asked. A part that cannot be made says
   * so in its place.
   */
  supportReport(): Promise<string>;

  /** Asks the schedule for a run soon (on wake, when the network is back); nothing happens without a schedule. */
  requestSync(trigger: Trigger): void;

  /** Syncs by itself from now on (at start, then every five minutes ± 10 % of wall-clock time); returns what ends it. */
  startSchedule(): () => void;

  /** Lets a running write finish, then frees the database. */
  close(): Promise<void>;
}
