import type { Instant } from '../../../shared/time.ts';
import type { EventGroup, NamedDate, WantedBlock, ZoneRefusal } from '../../core/model.ts';

/** What a plan is made from, and which groups wait for one. */
export interface PlanStore {
  /** Groups that have changed since they were last carried out, with their marks: each change gives a higher one. */
  dirtyGroups(): ReadonlyMap<string, number>;
  /** How many groups those are. */
  waiting(): number;
  markDirty(keys: Iterable<string>): void;
  markAllDirty(): void;
  /**
   * Takes groups with the marks that were planned; returns those that are done. One that was marked again meanwhile, by
   * whatever process, stays marked (design.md, "Fences").
   */
  clearDirty(marks: Iterable<readonly [key: string, mark: number]>): readonly string[];
  /** Remembers that a service knew no name for the zone of a series; a block of it that is written there ends that. */
  noteZoneRefused(refusal: ZoneRefusal): void;
  /** Forgets what was refused until then, or after `now`, which no right clock has said; the groups of it are planned anew. */
  forgetRefusals(until: Instant, now: Instant): void;
  /** Remembers dates of series that have no row, and returns how many were not known: blocks of them are then found with their series. */
  nameDates(dates: readonly NamedDate[]): number;
  /** Remembers blocks as wanted by this install; those that are gone meanwhile are left out. */
  rememberWanted(blocks: Iterable<WantedBlock>): void;
  /** Yields groups by key, or all there are (blocks whose source is unknown make a group `ref:<sourceRef>` each). */
  loadGroups(keys: readonly string[] | 'all'): Iterable<EventGroup>;
}
