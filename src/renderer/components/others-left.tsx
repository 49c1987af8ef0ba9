import type { ReactElement } from 'react';
import { useId } from 'react';
import type { OtherBlocks } from '../../shared/dto.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { words } from '../words.ts';

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
    <section className="group" aria-labelledby={id}>
      <h3 id={id}>{words.othersTitle}</h3>
      <p className="quiet">{words.othersMeaning}</p>
      {others.map((each) => (
        <div key={each.calendarId} className="tick">
          <input
            id={`${id}-${each.calendarId}`}
            type="checkbox"
            checked={chosen.includes(each.calendarId)}
            aria-describedby={each.own ? undefined : `${id}-${each.calendarId}-meaning`}
            onChange={(event) => toggle(each, event.currentTarget.checked)}
          />
          <label htmlFor={`${id}-${each.calendarId}`}>
            <bdi>{words.othersTake(each.count, each.name)}</bdi>
          </label>
          {each.own ? null : (
            <p id={`${id}-${each.calendarId}-meaning`} className="quiet">
              {words.othersForeign}
            </p>
          )}
        </div>
      ))}
      {unread.length === 0 ? null : <p className="quiet">{words.othersUnread(unread)}</p>}
    </section>
  );
}
