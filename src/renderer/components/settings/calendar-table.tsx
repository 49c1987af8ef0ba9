import { Info, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { mayWrite } from '../../../shared/access.ts';
import type { CalendarView, PolicyChange, Status } from '../../../shared/dto.ts';
import { firstUseOf } from '../../../shared/first-choice.ts';
import { needOf } from '../../../shared/health.ts';
import type { Instant } from '../../../shared/time.ts';
import { formatFullDay, type Viewer } from '../../format.ts';
import { matterFor, words } from '../../words.ts';
import { markStyle } from '../mark.ts';
import { MiddleText } from '../middle-text.tsx';
import { SearchField } from './search-field.tsx';

const said = words.settings.calendars;
/** From so many calendars on, a person would rather type than look. */
const searchFrom = 13;

export interface CalendarTableProps {
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
  /** A change of use that is under way: its switch shows it already. */
  readonly pending: PolicyChange | null;
  readonly onUse: (calendar: CalendarView, use: { readonly source: boolean; readonly target: boolean }) => void;
  /** The person says whether a calendar is the former one that it may be. */
  readonly onRenamed: (calendar: CalendarView, same: boolean) => void;
}

/** Every calendar by account, with the two switches of what it is used for. */
export function CalendarTable(props: CalendarTableProps): ReactElement {
  const { status, ...rest } = props;
  const [text, setText] = useState('');
  const wanted = text.trim().toLocaleLowerCase();
  const shown = status.calendars.filter((calendar) => calendarName(calendar).toLocaleLowerCase().includes(wanted));
  return (
    <>
      {status.calendars.length < searchFrom ? null : (
        <SearchField label={words.settings.search} text={text} onChange={setText} />
      )}
      <p className="for-readers" role="status">
        {wanted !== '' && shown.length > 0 ? words.inCalendars(shown.length) : ''}
      </p>
      {shown.length === 0 ? <p role="status">{words.settings.searchNone(text)}</p> : null}
      {status.accounts.map((account) => {
        const calendars = shown.filter((calendar) => calendar.accountId === account.id);
        return calendars.length === 0 ? null : (
          <table key={account.id} className="calendar-table">
            <caption>
              <MiddleText text={account.email} />
            </caption>
            <thead>
              <tr>
                <th scope="col">
                  <span className="for-readers">{words.settings.busy.calendar}</span>
                </th>
                <th scope="col">{said.source}</th>
                <th scope="col">{said.target}</th>
              </tr>
            </thead>
            <tbody>
              {calendars.map((calendar) => (
                <CalendarRow key={calendar.id} calendar={calendar} {...rest} />
              ))}
            </tbody>
          </table>
        );
      })}
    </>
  );
}

function CalendarRow(props: Omit<CalendarTableProps, 'status'> & { readonly calendar: CalendarView }): ReactElement {
  const { calendar, now, viewer, pending, onUse, onRenamed } = props;
  const { goneSince, formerly } = calendar;
  const locked = goneSince !== null || formerly !== null;
  const changing = pending?.kind === 'use' && pending.calendarId === calendar.id ? pending : null;
  const { source, target } = changing ?? calendar;
  const name = calendarName(calendar);
  const writable = mayWrite(calendar.access);
  // The question itself says it, with its buttons.
  const asked = formerly !== null && calendar.trouble?.code === 'calendar-renamed';
  const trouble = calendar.trouble === null || asked ? null : matterFor(calendar.trouble);
  const isCalm = calendar.trouble !== null && needOf(calendar.trouble.code) === 'nobody';
  const TroubleIcon = isCalm ? Info : TriangleAlert;
  const facts = [
    goneSince === null
      ? said.firstChoices[calendar.firstChoice]
      : said.goneSince(formatFullDay(goneSince, now, viewer)),
    calendar.blocks > 0 ? said.blocks(calendar.blocks) : '',
    writable || goneSince !== null ? '' : calendar.privateHidden ? said.privateHidden : said.readOnly,
  ].filter((fact) => fact !== '');
  const toggle = (what: 'source' | 'target', on: boolean, disabled: boolean): ReactElement => (
    <input
      type="checkbox"
      role="switch"
      className="switch"
      aria-label={said.switchName(said[what], name)}
      checked={on}
      disabled={disabled}
      onChange={(event) => onUse(calendar, { source, target, [what]: event.currentTarget.checked })}
    />
  );
  return (
    <tr data-used={source || target} data-item={calendar.id}>
      <th scope="row">
        <span className="calendar-name">
          <span className="mark" style={markStyle(calendar.colour)} />
          <MiddleText text={name} />
        </span>
        {facts.length === 0 ? null : <span className="quiet calendar-facts">{facts.join(' · ')}</span>}
        {calendar.offered ? (
          <span className="calendar-facts calendar-offer">
            <span className="note-attention">{said.offered}</span>
            <button
              type="button"
              className="button"
              aria-label={said.offeredFor(said.offeredUse, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, firstUseOf(calendar.firstChoice))}
            >
              {said.offeredUse}
            </button>
            <button
              type="button"
              className="button"
              aria-label={said.offeredFor(said.offeredLeave, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, { source: false, target: false })}
            >
              {said.offeredLeave}
            </button>
          </span>
        ) : null}
        {formerly === null ? null : (
          <span className="calendar-facts calendar-offer">
            <span className="note-attention">
              <bdi>{said.renamed(formerly)}</bdi>
            </span>
            {([true, false] as const).map((same) => (
              <button
                key={String(same)}
                type="button"
                className="button"
                aria-label={said.offeredFor(same ? said.renamedYes : said.renamedNo, name)}
                onClick={() => onRenamed(calendar, same)}
              >
                {same ? said.renamedYes : said.renamedNo}
              </button>
            ))}
          </span>
        )}
        {trouble === null ? null : (
          <span className={isCalm ? 'calendar-facts' : 'calendar-facts note-attention'}>
            <TroubleIcon size={14} aria-hidden /> <bdi>{trouble.sentence}</bdi> {trouble.action}
          </span>
        )}
        {calendar.trouble?.code !== 'calendar-seen-less' ? null : (
          <span className="calendar-facts calendar-offer">
            <button
              type="button"
              className="button"
              aria-label={said.offeredFor(said.seenLessUse, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, { source, target: target && writable })}
            >
              {said.seenLessUse}
            </button>
          </span>
        )}
        {goneSince === null || !(source || target) ? null : (
          <span className="calendar-facts calendar-offer">
            <button
              type="button"
              className="button"
              aria-label={said.offeredFor(said.goneLeave, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, { source: false, target: false })}
            >
              {said.goneLeave}
            </button>
          </span>
        )}
      </th>
      <td>{toggle('source', source, changing !== null || (!source && locked))}</td>
      <td>{toggle('target', target, changing !== null || (!target && (!writable || locked)))}</td>
    </tr>
  );
}

/** Takes a calendar; returns its name, or words for one that has none. */
export function calendarName(calendar: CalendarView): string {
  return calendar.name.trim() === '' ? words.unnamedCalendar : calendar.name;
}
