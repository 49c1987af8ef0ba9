import type { Behind } from '../behind.ts';
import type { HoldView, Status, Trouble } from '../dto.ts';
import type { AppError, ErrorCode } from '../errors.ts';
import type { Need } from './needs.ts';

/** All states that CalSync can be in; it is in exactly one (docs/health.md). */
export const healthStates = [
  'not-started',
  'catching-up',
  'in-sync',
  'in-sync-except',
  'syncing',
  'settling',
  'behind',
  'paused',
  'offline',
  'waiting',
  'needs-you',
  'cannot-sync',
  'demo',
] as const;
export type HealthState = (typeof healthStates)[number];

/** Troubles of one cause, however many calendars they touch. */
export interface TroubleMatter {
  readonly kind: 'trouble';
  readonly code: ErrorCode;
  /** What it is about, each once; empty where it names nothing. */
  readonly abouts: readonly string[];
  readonly since: string | null;
  readonly need: Need;
  /** Whether the person has said of all of it that they know. */
  readonly known: boolean;
  readonly meetings: number;
  /** What is to be named when the person says that they know it. */
  readonly parts: readonly Pick<Trouble, 'code' | 'about' | 'what'>[];
}

/** Something that a person is told of by itself: what has one cause, or a question. */
export type HealthMatter = TroubleMatter | { readonly kind: 'hold'; readonly hold: HoldView; readonly since: string };

/** What is said of each state. */
export interface Common {
  /** Since when it is so, as far as that is known: an ISO moment. */
  readonly since: string | null;
  /** All that is not as it should be, gathered: first what needs the person, last what needs nobody. */
  readonly matters: readonly HealthMatter[];
}

/** The one state, and what has to be said of it. */
export type Health = Common &
  (
    | { readonly state: 'not-started'; readonly lacks: 'account' | 'start' }
    | { readonly state: 'catching-up' | 'syncing'; readonly progress: Status['progress'] }
    | { readonly state: 'in-sync' | 'demo' | 'offline' }
    | { readonly state: 'in-sync-except'; readonly except: readonly TroubleMatter[]; readonly known: boolean }
    | { readonly state: 'settling'; readonly meetings: number }
    /** Calendars that were not read for long, and what was met of them. */
    | { readonly state: 'behind'; readonly behind: Behind }
    | { readonly state: 'paused'; readonly until: string; readonly byReset: boolean }
    | { readonly state: 'waiting'; readonly for: keyof Status['waitsFor']; readonly error: AppError | null }
    /** What needs the person, most urgent first; at least one. */
    | { readonly state: 'needs-you'; readonly what: readonly [HealthMatter, ...HealthMatter[]] }
    | { readonly state: 'cannot-sync'; readonly why: HealthMatter }
  );

/** What a status says about how things stand. */
export type HealthFacts = Omit<Status, 'version' | 'activity' | 'undoable' | 'nextSyncAt' | 'restsUntil' | 'signIn'>;
