import type { ReactElement } from 'react';
import { useState } from 'react';
import type { ActivityView, Status } from '../../shared/dto.ts';
import { reasonText } from '../../shared/reasons.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import { minute } from '../../shared/time.ts';
import { formatMove, formatStart } from '../format.ts';
import type { Viewer } from '../format.ts';
import type { PageBridge } from '../page-bridge.ts';
import { words } from '../words.ts';
import { undoPlaces } from '../activity-days.ts';
import styles from './activity-list.module.css';
import { ActivityWords } from './activity-words.tsx';
import { Button } from './button.tsx';
import { Quiet } from './text.tsx';
import type { UndoSubject } from './undo-button.tsx';
import { UndoButton } from './undo-button.tsx';

const shownAtFirst = 5;
/** Things that are older than this are not "just now" any more. */
const justNow = 10 * minute;

/** What a kind of thing says by itself: repeating it as a reason would be noise. */
const plainReasons: ReadonlySet<string> = new Set([
  'added new-event',
  'changed event-changed',
  'moved event-changed',
  'removed event-deleted',
]);

export interface ActivityListProps {
  readonly bridge: PageBridge;
  readonly onAnswer: PutBackProps['onAnswer'];
  readonly onUndo: (subject: UndoSubject) => void;
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
}

/** The last few things that happened, newest first: what, when, how many calendars, and why where that is not plain. */
export function ActivityList(props: ActivityListProps): ReactElement | null {
  const { status, now } = props;
  const [all, setAll] = useState(false);
  const newest = status.activity[0];
  if (newest === undefined) return null;
  const shown = all ? status.activity : status.activity.slice(0, shownAtFirst);
  const hidden = status.activity.length - shown.length;
  const places = undoPlaces(shown, status.undoable);
  return (
    <section className={styles.activity} aria-labelledby="activity-head">
      <h2 id="activity-head" tabIndex={-1}>
        {now - Date.parse(newest.at) < justNow ? words.activityNow : words.activityLately}
      </h2>
      <ul>
        {shown.map((each, index) => (
          <ActivityRow key={`${each.at} ${index}`} {...props} activity={each} undoes={places.has(each)} />
        ))}
      </ul>
      {hidden === 0 ? null : (
        <Button look="link" onClick={() => setAll(true)}>
          {words.activityMore(hidden)}
        </Button>
      )}
    </section>
  );
}

function ActivityRow(
  props: ActivityListProps & { readonly activity: ActivityView; readonly undoes: boolean },
): ReactElement {
  const { activity, undoes, status, now, viewer } = props;
  const names = activity.targetIds.map((id) => nameOf(status, id));
  const single = names.length === 1 ? names[0] : undefined;
  const facts = activityFacts(activity, now, viewer);
  return (
    <li className={styles.row} title={words.ago(Date.parse(activity.at), now)}>
      <ActivityWords
        kind={activity.kind}
        facts={facts}
        beside={
          names.length === 0 ? null : (
            <Quiet as="span" title={names.join(', ')}>
              {facts === '' ? '' : ' · '}
              {single === undefined ? words.inCalendars(names.length) : <bdi>{single}</bdi>}
            </Quiet>
          )
        }
        below={isPlain(activity) ? null : reasonText(activity.reason)}
      />
      <PutBack {...props} />
      {undoes && activity.run !== null ? <UndoButton {...props} run={activity.run} at={activity.at} small /> : null}
    </li>
  );
}

export interface PutBackProps {
  readonly bridge: PageBridge;
  readonly activity: ActivityView;
  readonly status: Status;
  readonly onAnswer: (answer: Result<unknown, AppError>) => void;
}

/** The way back of a block that stays away because it was deleted, as long as it does. */
export function PutBack({ bridge, activity, status, onAnswer }: PutBackProps): ReactElement | null {
  const key = activity.mute;
  if (key === null) return null;
  const [target] = activity.targetIds;
  const name = target === undefined ? words.unknownCalendar : nameOf(status, target);
  return (
    <Button
      atEnd
      aria-label={words.muteLiftIn(name)}
      onClick={() => void bridge.call('mute.lift', { key }).then(onAnswer)}
    >
      {words.muteLift}
    </Button>
  );
}

/** Takes something that happened; returns when the event is and was, and whether it is a series, as far as known. */
export function activityFacts(activity: ActivityView, now: Instant, viewer: Viewer): string {
  const when = whenOf(activity, now, viewer);
  return [when, activity.series ? words.activitySeries : null].filter((fact) => fact !== null).join(' · ');
}

/** Whether its reason goes without saying. */
export function isPlain(activity: ActivityView): boolean {
  return plainReasons.has(`${activity.kind} ${activity.reason}`);
}

function whenOf(activity: ActivityView, now: Instant, viewer: Viewer): string | null {
  const { start, previousStart } = activity;
  if (start !== null && previousStart !== null && activity.kind === 'moved') {
    return formatMove(previousStart, start, now, viewer);
  }
  const time = start ?? previousStart;
  return time === null ? null : formatStart(time, now, viewer);
}

/** Takes a calendar id; returns its name, or words for one that is not connected any more. */
export function nameOf(status: Status, id: string): string {
  const calendar = status.calendars.find((each) => each.id === id);
  if (!calendar) return words.unknownCalendar;
  return calendar.name.trim() === '' ? words.unnamedCalendar : calendar.name;
}
