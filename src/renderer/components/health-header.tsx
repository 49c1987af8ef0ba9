import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleEllipsis,
  CirclePause,
  ClockAlert,
  CloudOff,
  FlaskConical,
  History,
  Hourglass,
  ListChecks,
  LoaderCircle,
  OctagonX,
  RefreshCw,
  TriangleAlert,
  Unplug,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Status } from '../../shared/dto.ts';
import type { Health, HealthState, Tone } from '../../shared/health.ts';
import { toneOf } from '../../shared/health.ts';
import type { HealthStep, Said } from '../../shared/health-words.ts';
import { healthSaid, matterSaid } from '../../shared/health-words.ts';
import type { Instant } from '../../shared/time.ts';
import { second } from '../../shared/time.ts';
import { isNearSafe } from '../../shared/near.ts';
import { formatMoment, voiceOf } from '../format.ts';
import type { Viewer } from '../format.ts';
import { useHeldFor, useTimeLeft } from '../hooks.ts';
import type { Connection } from '../page-bridge.ts';
import { words } from '../words.ts';
import { Button, IconButton } from './button.tsx';
import styles from './health-header.module.css';
import { ProgressBar } from './progress-bar.tsx';
import { ForReaders, Quiet } from './text.tsx';

/** What the header shows: how things stand, or how the page stands with CalSync. */
export type Shown = Health | { readonly state: 'loading' | 'lost' | 'ended' };

/** One shape for each state, because colour alone must not carry the meaning. */
const icons: { readonly [Each in HealthState | 'loading' | 'lost' | 'ended']: LucideIcon } = {
  loading: LoaderCircle,
  'not-started': CircleDashed,
  'catching-up': History,
  'in-sync': CircleCheck,
  'in-sync-except': ListChecks,
  syncing: RefreshCw,
  settling: Hourglass,
  behind: ClockAlert,
  paused: CirclePause,
  offline: CloudOff,
  waiting: CircleEllipsis,
  'needs-you': TriangleAlert,
  'cannot-sync': OctagonX,
  demo: FlaskConical,
  lost: Unplug,
  ended: Unplug,
};

/** Takes what the page knows; returns what is shown. */
export function shownOf(status: Status | null, health: Health, connection: Connection): Shown {
  if (connection === 'lost' || connection === 'ended') return { state: connection };
  return status === null ? { state: 'loading' } : health;
}

const isOfThePage = (shown: Shown): shown is Exclude<Shown, Health> => !('matters' in shown);

export interface HealthHeaderProps {
  readonly status: Status | null;
  readonly shown: Shown;
  readonly now: Instant;
  readonly viewer: Viewer;
  /** Does what the one button says. */
  readonly onStep: (step: HealthStep) => void;
  readonly onSync: () => void;
  readonly syncDisabled: boolean;
  readonly menu: ReactNode;
}

/** Whether the button stands beside a matter below, or what is below is the first step itself. */
function isBelow(shown: Shown, now: Instant, viewer: Viewer): boolean {
  switch (shown.state) {
    case 'needs-you':
    case 'in-sync-except':
      return true;
    case 'not-started':
      return shown.lacks === 'account';
    case 'cannot-sync':
      return shown.matters.includes(shown.why) && matterSaid(shown.why, voiceOf(now, viewer)).step !== null;
    default:
      return false;
  }
}

/** One shape, one sentence, what it means, and the buttons that are always there. */
export function HealthHeader(props: HealthHeaderProps): ReactElement {
  const { status, shown, now, viewer } = props;
  const Icon = shown.state === 'waiting' && shown.for === 'engine' ? CircleAlert : icons[shown.state];
  const progress = 'progress' in shown ? shown.progress : null;
  const slow = useHeldFor('progress' in shown, second);
  const quick: Shown = 'progress' in shown ? { ...shown, progress: null } : shown;
  const said = headerSaid(quick, now, viewer);
  const isCounted = progress !== null && progress.total > 0 && slow;
  const left = useTimeLeft(progress, now);
  const goes = goesOn(status, shown, left, now, viewer);
  const detail = goes ?? detailOf(status, shown, said, now);
  const step = isBelow(shown, now, viewer) ? null : said.step;
  const canSync = status !== null && !isOfThePage(shown) && shown.state !== 'waiting' && shown.state !== 'not-started';
  return (
    <header className={styles.health} data-health={shown.state} data-tone={headerTone(shown)}>
      <Icon className={styles.icon} size={20} aria-hidden />
      <h1 className={styles.heading}>{isCounted ? headerSaid(shown, now, viewer).heading : said.heading}</h1>
      {step === null ? null : (
        <Button onClick={() => props.onStep(step)} aria-disabled={step === 'try-again' && props.syncDisabled}>
          {words.steps[step]}
        </Button>
      )}
      {canSync && step !== 'try-again' ? (
        <IconButton name={words.syncNow} onClick={props.onSync} aria-disabled={props.syncDisabled}>
          <RefreshCw size={16} aria-hidden />
        </IconButton>
      ) : null}
      {status === null ? null : props.menu}
      {detail === null ? null : (
        <Quiet className={styles.detail}>
          <bdi>{detail}</bdi>
        </Quiet>
      )}
      {isCounted ? <ProgressBar label={words.syncProgress} progress={progress} thin /> : null}
      {/* Without the running numbers, because a screen reader would read out every one of them. */}
      <ForReaders as="p" role="status" aria-live="polite">
        {said.heading}
      </ForReaders>
    </header>
  );
}

function headerTone(shown: Shown): Tone {
  if (!isOfThePage(shown)) return toneOf(shown);
  return shown.state === 'loading' ? 'busy' : 'amber';
}

function headerSaid(shown: Shown, now: Instant, viewer: Viewer): Said {
  if (!isOfThePage(shown)) return healthSaid(shown, voiceOf(now, viewer));
  const meaning = { loading: '', lost: words.lostMeaning, ended: words.endedMeaning }[shown.state];
  return { heading: words.page[shown.state], meaning, step: null };
}

/** Takes what the page knows; returns why a sync that goes on stands still, or how long it takes still; null where neither is known. */
function goesOn(status: Status | null, shown: Shown, left: number | null, now: Instant, viewer: Viewer): string | null {
  if (status === null || status.runningSince === null) return null;
  if (status.restsUntil !== null) return words.rests(formatMoment(status.restsUntil, now, viewer));
  if (left === null) return null;
  return words.timeLeft(left, !isOfThePage(shown) && isNearSafe(shown));
}

/** States of which the matters below say what they mean. */
const meantBelow: ReadonlySet<Shown['state']> = new Set(['needs-you', 'in-sync-except']);

/** What it means, and when the calendars were last looked at. */
function detailOf(status: Status | null, shown: Shown, said: Said, now: Instant): string | null {
  if (isOfThePage(shown) || shown.state === 'not-started') return shown.state === 'loading' ? null : said.meaning;
  const { lastSyncAt = null, nextSyncAt = null, runningSince = null } = status ?? {};
  const ago = lastSyncAt === null ? null : words.ago(Date.parse(lastSyncAt), now);
  if (shown.state === 'in-sync' || shown.state === 'demo') {
    const next = nextSyncAt === null ? null : words.next(Date.parse(nextSyncAt), now);
    const times = [ago, next].filter((part) => part !== null).join(' · ');
    return shown.state === 'demo' ? `${said.meaning} ${times}` : times;
  }
  const isSyncing = shown.state === 'syncing' || shown.state === 'catching-up';
  const below = meantBelow.has(shown.state) || (shown.state === 'cannot-sync' && shown.matters.includes(shown.why));
  const parts = [
    below ? '' : said.meaning,
    runningSince !== null && !isSyncing
      ? words.syncingNow
      : ago === null || shown.state === 'syncing'
        ? ''
        : words.lastSync(ago),
  ];
  return parts.filter((part) => part !== '').join(' ') || null;
}
