import type {
  AccountView,
  DoctorReport,
  HoldView,
  MuteView,
  PlanView,
  Progress,
  ResetReceipt,
  RunView,
  Status,
  Trigger,
} from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { AccountId, CalendarId } from '../../shared/ids.ts';
import type { Result } from '../../shared/result.ts';

/** Told how far something long has come. */
export type ProgressListener = (progress: Progress) => void;

export interface LongTask {
  readonly onProgress?: ProgressListener;
  /** Stops at the next safe point; what was done stays done. */
  readonly signal?: AbortSignal;
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
   * is connected already is signed in anew, and everything chosen for it is kept.
   */
  addAccount(request: AddAccountRequest): Promise<Result<AccountView, AppError>>;
  /**
   * Removes the account's blocks elsewhere, the blocks in its calendars, its stored data and its refresh token; with
   * `revoke`, gives the permission back to Google as well.
   */
  removeAccount(
    id: AccountId,
    options: { readonly revoke: boolean } & LongTask,
  ): Promise<Result<ResetReceipt, AppError>>;

  /**
   * Chooses what a calendar is used for. The blocks follow with the next run.
   * Fails with `calendar-unknown`, or `calendar-read-only` for a target that may not be written.
   */
  useCalendar(id: CalendarId, use: { readonly source: boolean; readonly target: boolean }): Result<Status, AppError>;

  /** Reads the calendars and returns what a sync would do, and why; writes to no calendar. */
  plan(options?: LongTask): Promise<Result<PlanView, AppError>>;
  /**
   * One sync cycle. Fails only where nothing could be tried (`paused` unless the trigger is manual or a command,
   * `busy-elsewhere`, …); a run with failing accounts or calendars is a success whose `errors` name them.
   */
  sync(trigger: Trigger, options?: LongTask): Promise<Result<RunView, AppError>>;

  pause(until: 'forever' | 'hour' | 'tomorrow'): Status;
  resume(): Status;

  holds(): readonly HoldView[];
  /** Fails with `hold-unknown`. The choice is carried out by the next run. */
  resolveHold(key: string, choice: 'proceed' | 'put-back' | 'leave-away'): Result<Status, AppError>;
  mutes(): readonly MuteView[];
  /** Fails with `mute-unknown`. The block comes back with the next run. */
  liftMute(key: string): Result<readonly MuteView[], AppError>;

  /**
   * Removes every block of ours from every calendar that may be written, whatever the database knows, and pauses
   * syncing. Returns the receipt.
   */
  reset(options?: LongTask): Promise<Result<ResetReceipt, AppError>>;

  doctor(): Promise<DoctorReport>;

  /** Syncs by itself from now on (at start, then every five minutes ± 10 % of wall-clock time); returns what ends it. */
  startSchedule(): () => void;

  /** Lets a running write finish, then frees the database. */
  close(): Promise<void>;
}
