import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CloudOff,
  LoaderCircle,
  OctagonX,
  RefreshCw,
  TriangleAlert,
  Unplug,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Health, Status } from '../../shared/dto.ts';
import type { Instant } from '../../shared/time.ts';
import { second } from '../../shared/time.ts';
import type { Connection } from '../page-bridge.ts';
import { formatMoment } from '../format.ts';
import type { Viewer } from '../format.ts';
import { useHeldFor } from '../hooks.ts';
import { words } from '../words.ts';

/** What the header shows: the health of CalSync, or how the page stands with it. */
export type Shown = Health | 'loading' | 'lost' | 'ended';

/** One shape for each state, because colour alone must not carry the meaning. */
const icons: { readonly [Each in Shown]: LucideIcon } = {
  loading: LoaderCircle,
  empty: CircleDashed,
  'in-sync': CircleCheck,
  syncing: RefreshCw,
  paused: CirclePause,
  offline: CloudOff,
  'needs-you': TriangleAlert,
  'cannot-sync': OctagonX,
  'never-synced': CircleAlert,
  lost: Unplug,
  ended: Unplug,
};

/** Takes what the page knows; returns the state that is shown. */
export function shownState(status: Status | null, connection: Connection): Shown {
  if (connection === 'lost' || connection === 'ended') return connection;
  return status === null ? 'loading' : status.health;
}

export interface HealthHeaderProps {
  readonly status: Status | null;
  readonly shown: Shown;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onResume: () => void;
  readonly onSync: () => void;
  readonly syncDisabled: boolean;
  readonly menu: ReactNode;
}

/** One shape, one sentence, when it last synced, and the two buttons that are always there. */
export function HealthHeader(props: HealthHeaderProps): ReactElement {
  const { status, shown, now, viewer } = props;
  const Icon = icons[shown];
  const progress = shown === 'syncing' ? (status?.progress ?? null) : null;
  const slow = useHeldFor(shown === 'syncing', second);
  const sentence = healthSentence(status, shown, now, viewer);
  const detail = healthDetail(status, shown, now);
  return (
    <header className="health" data-health={shown}>
      <Icon className="health-icon" size={20} aria-hidden />
      <div className="health-text">
        <h1>
          {progress !== null && progress.total > 0 && slow
            ? words.syncingCount(progress.done, progress.total)
            : sentence}
        </h1>
        {detail === null ? null : <p className="quiet">{detail}</p>}
      </div>
      {shown === 'paused' ? (
        <button type="button" className="button" onClick={props.onResume}>
          {words.resume}
        </button>
      ) : null}
      {status === null || shown === 'empty' || shown === 'lost' || shown === 'ended' ? null : (
        <button
          type="button"
          className="icon-button"
          aria-label={words.syncNow}
          title={words.syncNow}
          onClick={props.onSync}
          aria-disabled={props.syncDisabled}
        >
          <RefreshCw size={16} aria-hidden />
        </button>
      )}
      {status === null ? null : props.menu}
      {progress !== null && progress.total > 0 && slow ? (
        <progress
          className="health-progress"
          aria-label={words.syncProgress}
          value={progress.done}
          max={progress.total}
        />
      ) : null}
      {/* Without the running numbers, because a screen reader would read out every one of them. */}
      <p className="for-readers" role="status" aria-live="polite">
        {sentence}
      </p>
    </header>
  );
}

function healthSentence(status: Status | null, shown: Shown, now: Instant, viewer: Viewer): string {
  if (shown === 'needs-you') return words.needsYou((status?.troubles.length ?? 0) + (status?.holds.length ?? 0));
  if (shown !== 'paused') return words.health[shown];
  const until = status?.pausedUntil ?? null;
  return words.paused(until === null || until === 'forever' ? null : formatMoment(until, now, viewer));
}

function healthDetail(status: Status | null, shown: Shown, now: Instant): string | null {
  if (shown === 'loading' || shown === 'empty') return null;
  if (shown === 'lost') return words.lostMeaning;
  if (shown === 'ended') return words.endedMeaning;
  if (status === null || status.lastSyncAt === null) return shown === 'syncing' ? null : words.never;
  const last = words.ago(Date.parse(status.lastSyncAt), now);
  if (shown !== 'in-sync') return words.lastSync(last);
  const next = status.nextSyncAt === null ? null : words.next(Date.parse(status.nextSyncAt), now);
  return next === null ? last : `${last} · ${next}`;
}
