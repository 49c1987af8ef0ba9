import type { BlockPolicy } from '../../../shared/dto.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';

/** What blocks show on one route. */
export interface RouteBlocks {
  readonly sourceId: CalendarId;
  readonly targetId: CalendarId;
  readonly block: BlockPolicy;
}

/** What the person has chosen for the whole of CalSync. */
export interface Settings {
  /** Whether the person has asked for a sync. Until then nothing runs by itself, because nobody has seen what it would write. */
  readonly started: boolean;
  readonly pausedUntil: 'forever' | Instant | null;
  /** Since when, as far as that is known; null when not paused. */
  readonly pausedSince: Instant | null;
  /** Whether a reset has paused it, after which no block is left. */
  readonly pausedByReset: boolean;
  readonly intervalMinutes: number;
  /** What blocks show where a route says nothing of its own. */
  readonly block: BlockPolicy;
  /** Routes whose blocks show something else. */
  readonly routes: readonly RouteBlocks[];
}

/** What the person has chosen for the whole of CalSync. Nothing else tells it. */
export interface SettingsStore {
  settings(): Settings;
  saveSettings(settings: Settings): void;
}
