import type { ReactElement } from 'react';
import { useState } from 'react';
import type { ActivityView } from '../../../shared/dto.ts';
import { groupByDay, undoPlaces } from '../../activity-days.ts';
import { formatTimeOfDay } from '../../format.ts';
import { words } from '../../words.ts';
import { activityFacts, isPlain, nameOf, PutBack } from '../activity-list.tsx';
import { reasonText } from '../../../shared/reasons.ts';
import { UndoButton } from '../undo-button.tsx';
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
          <ul className="plain-list rows activity-rows">
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
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {said.more(status.activity.length - shown.length)}
        </button>
      )}
    </>
  );
}

function ActivityRow(props: PageProps & { readonly activity: ActivityView; readonly undoes: boolean }): ReactElement {
  const { activity, undoes, status, now, viewer } = props;
  const targets = activity.targetIds.map((id) => nameOf(status, id));
  return (
    <li className="activity-line">
      <span className="activity-time quiet">{formatTimeOfDay(activity.at, viewer)}</span>
      <span className="activity-kind">{words.activityKind[activity.kind]}</span>
      <span className="activity-what">
        <span>{activityFacts(activity, now, viewer)}</span>
        <span className="activity-reason quiet">
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
        </span>
      </span>
      <PutBack {...props} onAnswer={props.tell} />
      {undoes && activity.run !== null ? <UndoButton {...props} run={activity.run} at={activity.at} /> : null}
    </li>
  );
}
