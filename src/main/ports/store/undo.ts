import type { PolicyChange } from '../../../shared/dto.ts';
import type { SourceRef } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Kept, Mute } from '../../core/model.ts';
import type { WrittenBefore } from '../../core/undo.ts';

/** What a person has chosen, so that undoing the sync that carried it out can restore what was before. */
export interface Choice {
  /** Changes that lead back, and those that were made. */
  readonly before: readonly PolicyChange[];
  readonly after: readonly PolicyChange[];
  /** What it has put away and kept, and what it has ended of both. */
  readonly mutes: readonly Mute[];
  readonly kept: readonly Kept[];
  readonly lifted: readonly Mute[];
  readonly letGo: readonly Kept[];
}

/** What syncs of the last week have written and carried out, and what an undo keeps as it was. */
export interface UndoStore {
  /** What a run has written, oldest first: of runs of the last week. */
  written(run: number): readonly WrittenBefore[];
  /** Runs of the last week that have written something and are not undone, newest first. */
  undoableRuns(): readonly number[];
  /** Takes source refs; returns the groups that blocks of them belong to. */
  groupsOfRefs(refs: Iterable<SourceRef>): readonly string[];
  /** Remembers a choice for the next run, which carries it out. */
  addChoice(choice: Choice, at: Instant): void;
  /** The choices that a run has carried out, oldest first; one that some runs did not finish belongs to all of them. */
  choicesOf(run: number): readonly Choice[];
  /** Choices that came after those. */
  choicesSince(run: number): readonly Choice[];
  /** Keeps and puts away what a choice says, ends what it ends, marks all of it, and remembers the choice as what undoes a run. */
  undo(run: number, choice: Choice, at: Instant): void;
  kept(): readonly Kept[];
  /** Forgets what is kept; with `mark`, its groups are planned anew. Returns how many of them there were. */
  letGo(kept: readonly Pick<Kept, 'sourceRef' | 'targetId'>[], mark: boolean): number;
  /** Forgets all that could be undone, and all that is kept. */
  forgetUndo(): void;
}
