import type { ReactElement } from 'react';
import { useId } from 'react';
import type { OtherBlocks } from '../../shared/dto.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { words } from '../words.ts';
import { Group } from './group.tsx';
import { Quiet } from './text.tsx';
import { Tick } from './tick.tsx';

export interface OthersLeftProps {
  readonly others: readonly OtherBlocks[];
  /** Names of connected calendars that could not be read: what is counted may be theirs. */
  readonly unread: readonly string[];
  readonly chosen: readonly CalendarId[];
  readonly onChoose: (chosen: readonly CalendarId[]) => void;
}

/** Blocks that are not known to be from a connected calendar: they stay, unless their box is ticked. */
export function OthersLeft({ others, unread, chosen, onChoose }: OthersLeftProps): ReactElement | null {
  const id = useId();
  if (others.length === 0) return null;
  const toggle = ({ calendarId }: OtherBlocks, on: boolean): void =>
    onChoose(on ? [...chosen, calendarId] : chosen.filter((each) => each !== calendarId));
  return (
    <Group aria-labelledby={id}>
      <h3 id={id}>{words.othersTitle}</h3>
      <Quiet>{words.othersMeaning}</Quiet>
      {others.map((each) => (
        <Tick
          key={each.calendarId}
          id={`${id}-${each.calendarId}`}
          label={<bdi>{words.othersTake(each.count, each.name)}</bdi>}
          meaning={each.own ? null : words.othersForeign}
          on={chosen.includes(each.calendarId)}
          onChange={(on) => toggle(each, on)}
        />
      ))}
      {unread.length === 0 ? null : <Quiet>{words.othersUnread(unread)}</Quiet>}
    </Group>
  );
}
