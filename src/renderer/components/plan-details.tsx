import type { ReactElement } from 'react';
import type { PlanPreview, PlannedOperation, PreviewRow, PreviewTarget, Status } from '../../shared/dto.ts';
import { effectOf } from '../../shared/effects.ts';
import { reasonText } from '../../shared/reasons.ts';
import type { Instant } from '../../shared/time.ts';
import type { Viewer } from '../format.ts';
import { formatStart } from '../format.ts';
import { words } from '../words.ts';
import { nameOf } from './activity-list.tsx';
import { CountRow } from './count-row.tsx';
import { Group } from './group.tsx';
import styles from './plan-details.module.css';
import { Quiet } from './text.tsx';

const said = words.preview;

const order: readonly PreviewRow['effect'][] = ['add', 'change', 'remove'];

export interface PlanDetailsProps {
  readonly preview: PlanPreview;
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
  /** The level of its headings: one below that of what it stands in. */
  readonly heading?: 'h2' | 'h3';
}

/** What would be written: by calendar, with counts and reasons; then the first operations one by one. */
export function PlanDetails(props: PlanDetailsProps): ReactElement {
  const { preview, heading: Heading = 'h3' } = props;
  return (
    <>
      {preview.targets.map((target) => (
        <Target key={target.calendarId} {...props} target={target} />
      ))}
      {preview.items.length === 0 ? null : (
        <Group as="details">
          <summary>
            <Heading>{said.oneByOne(preview.items.length, preview.more)}</Heading>
          </summary>
          <ul className={styles.items}>
            {preview.items.map((item, index) => (
              <Item key={index} {...props} item={item} />
            ))}
          </ul>
          {preview.more === 0 ? null : <Quiet>{said.andMore(preview.more)}</Quiet>}
        </Group>
      )}
    </>
  );
}

function Target(props: PlanDetailsProps & { readonly target: PreviewTarget }): ReactElement {
  const { target, status, now, viewer, heading: Heading = 'h3' } = props;
  const rows = order.flatMap((effect) => target.rows.filter((row) => row.effect === effect));
  const counts = order.filter((effect) => target[effect] > 0).map((effect) => said.effectCount[effect](target[effect]));
  return (
    <Group>
      <div className={styles.head}>
        <Heading>
          <bdi>{nameOf(status, target.calendarId)}</bdi>
        </Heading>
        <Quiet as="span">{counts.join(', ')}</Quiet>
      </div>
      <ul>
        {rows.map((row) => (
          <CountRow key={`${row.effect} ${row.reason}`} count={row.count}>
            <span>
              {words.previewEffect[row.effect]}: {reasonText(row.reason)}
              {row.series === 0 ? '' : `, ${said.series(row.series, row.count)}`}
              <Starts row={row} now={now} viewer={viewer} />
            </span>
          </CountRow>
        ))}
      </ul>
    </Group>
  );
}

function Starts(props: {
  readonly row: PreviewRow;
  readonly now: Instant;
  readonly viewer: Viewer;
}): ReactElement | null {
  const { row, now, viewer } = props;
  const times = row.starts.flatMap((start) => formatStart(start, now, viewer) ?? []);
  if (times.length === 0) return null;
  const rest = row.count - times.length;
  return (
    <Quiet as="span" className={styles.starts}>
      {times.join(', ')}
      {rest > 0 ? ` ${words.previewMore(rest)}` : ''}
    </Quiet>
  );
}

function Item(props: PlanDetailsProps & { readonly item: PlannedOperation }): ReactElement {
  const { item, status, now, viewer } = props;
  const start = item.start === null ? null : formatStart(item.start, now, viewer);
  return (
    <li className={styles.item}>
      <span>{start ?? words.someTime}</span>
      <span>
        <bdi>{nameOf(status, item.targetId)}</bdi>, {words.previewEffect[effectOf(item)]}: {reasonText(item.reason)}
        {item.series ? `, ${said.series(1, 1)}` : ''}
        {item.sourceId === null ? null : (
          <Quiet as="span">
            {' '}
            <bdi>{said.from(nameOf(status, item.sourceId))}</bdi>
          </Quiet>
        )}
      </span>
    </li>
  );
}
