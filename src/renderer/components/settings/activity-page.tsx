import type { ReactElement } from 'react';
import { useState } from 'react';
import type { ActivityView } from '../../../shared/dto.ts';
import { reasonText } from '../../../shared/reasons.ts';
import { groupByDay, undoPlaces } from '../../activity-days.ts';
import { formatTimeOfDay } from '../../format.ts';
import { words } from '../../words.ts';
import { activityFacts, isPlain, nameOf, PutBack } from '../activity-list.tsx';
import { ActivityWords } from '../activity-words.tsx';
import { Button } from '../button.tsx';
import { UndoButton } from '../undo-button.tsx';
import styles from './activity-page.module.css';
import { LineTime } from './line-time.tsx';
import type { PageProps } from './page-props.ts';
import { RunLog } from './run-log.tsx';
import { Empty, Section } from './section.tsx';

const said = words.settings.activity;
const shownAtFirst = 100;

/** How the last syncs went, and what happened in the calendars, by day. */
export function ActivityPage(props: PageProps): ReactElement {
  const { status, now, viewer } = props;
  const [all, setAll] = useState(false);
  const shown = all ? status.activity : status.activity.slice(0, shownAtFirst);
  const places = undoPlaces(shown, status.undoable);
  return (
    <>
      <RunLog {...props} />
      {status.activity.length === 0 ? <Empty sentence={said.none} /> : null}
      {groupByDay(shown, now, viewer).map((day) => (
        <Section key={day.heading} title={day.heading}>
          <ul>
            {day.activities.map((activity, index) => (
              <ActivityRow
                key={`${activity.at} ${index}`}
                {...props}
                activity={activity}
                undoes={places.has(activity)}
              />
            ))}
          </ul>
        </Section>
      ))}
      {shown.length === status.activity.length ? null : (
        <Button look="link" onClick={() => setAll(true)}>
          {said.more(status.activity.length - shown.length)}
        </Button>
      )}
    </>
  );
}

function ActivityRow(props: PageProps & { readonly activity: ActivityView; readonly undoes: boolean }): ReactElement {
  const { activity, undoes, status, now, viewer } = props;
  const targets = activity.targetIds.map((id) => nameOf(status, id));
  return (
    <li className={styles.line}>
      <LineTime text={formatTimeOfDay(activity.at, viewer)} />
      <ActivityWords
        kind={activity.kind}
        facts={activityFacts(activity, now, viewer)}
        below={
          <>
            {targets.map((name, index) => (
              <span key={activity.targetIds[index]}>
                {index === 0 ? '' : ', '}
                <bdi>{name}</bdi>
              </span>
            ))}
            {activity.sourceId === null ? null : (
              <>
                {targets.length === 0 ? '' : ' · '}
                <bdi>{said.from(nameOf(status, activity.sourceId))}</bdi>
              </>
            )}
            {isPlain(activity) ? null : ` · ${reasonText(activity.reason)}`}
          </>
        }
      />
      <PutBack {...props} onAnswer={props.tell} />
      {undoes && activity.run !== null ? <UndoButton {...props} run={activity.run} at={activity.at} /> : null}
    </li>
  );
}
