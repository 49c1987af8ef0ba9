import type { HoldChoice } from '../../../shared/dto.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import type { EventTime, Instant } from '../../../shared/time.ts';
import type { AgreedRemovals, HeldBlock, Hold, HoldDecision, Mute, OrphanedMute } from '../../core/model.ts';

export interface StoredMute extends Mute {
  readonly since: Instant;
  /** Start of the muted event, or null where it is not known any more. */
  readonly start: EventTime | null;
}

export interface StoredHold extends Hold {
  readonly since: Instant;
}

/** What the guards hold back, and what the person has decided about it. Mutes cannot be won back from the calendars. */
export interface GuardStore {
  mutes(): readonly StoredMute[];
  addMutes(mutes: readonly Mute[], at: Instant): void;
  /**
   * Lifts a mute and marks its group; returns false when there is none. The block counts as removed by us from then on,
   * because otherwise the next plan would find it deleted by hand, and mute it again.
   */
  liftMute(mute: Mute): boolean;
  holds(): readonly StoredHold[];
  /** Replaces all holds; those that were there before keep their `since`. */
  saveHolds(holds: readonly Hold[], at: Instant): void;
  /** Mutes whose event is gone and that no run has looked at since. */
  orphanedMutes(): readonly OrphanedMute[];
  /** Remembers that a run has looked at these. */
  settleOrphans(orphans: readonly OrphanedMute[]): void;
  /** What was decided about holds, and about which blocks. */
  holdChoices(): ReadonlyMap<string, HoldDecision>;
  /** Keeps a decision about what is left of its blocks; one about none is forgotten. */
  keepDecision(key: string, blocks: readonly HeldBlock[]): void;
  /** Meetings that have lost blocks by what their source says, within a day: of now, or of when its hold began where it has one. */
  lostLately(now: Instant): ReadonlyMap<CalendarId, ReadonlySet<string>>;
  /**
   * Records what the person decided about exactly these blocks, beside those that they have decided in the same way before; the groups
   * of the hold are planned anew.
   */
  decideHold(hold: Pick<Hold, 'key' | 'groupKeys' | 'blocks'>, choice: HoldChoice): void;
  /** Removals that the person agreed to when keeping a choice. Each is used up when its group was carried out. */
  agreedRemovals(): AgreedRemovals;
  /** Replaces them all. */
  setAgreedRemovals(agreed: AgreedRemovals): void;
  dropAgreedRemovals(groupKeys: Iterable<string>): void;
}
