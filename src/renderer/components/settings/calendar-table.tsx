import { Info, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';
import { mayWrite } from '../../../shared/access.ts';
import type { CalendarView, PolicyChange, Status } from '../../../shared/dto.ts';
import { firstUseOf } from '../../../shared/first-choice.ts';
import { needOf } from '../../../shared/health.ts';
import type { Instant } from '../../../shared/time.ts';
import { classes } from '../../classes.ts';
import { formatFullDay, type Viewer } from '../../format.ts';
import { matterFor, words } from '../../words.ts';
import { Button } from '../button.tsx';
import { MiddleText } from '../middle-text.tsx';
import { BareSwitch } from '../switch.tsx';
import { Attention, ForReaders, Quiet } from '../text.tsx';
import { CalendarName } from './calendar-name.tsx';
import styles from './calendar-table.module.css';
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
      <ForReaders as="p" role="status">
        {wanted !== '' && shown.length > 0 ? words.inCalendars(shown.length) : ''}
      </ForReaders>
      {shown.length === 0 ? <p role="status">{words.settings.searchNone(text)}</p> : null}
      {status.accounts.map((account) => {
        const calendars = shown.filter((calendar) => calendar.accountId === account.id);
        return calendars.length === 0 ? null : (
          <table key={account.id} className={styles.table}>
            <caption>
              <MiddleText text={account.email} />
            </caption>
            <thead>
              <tr>
                <th scope="col">
                  <ForReaders>{words.settings.busy.calendar}</ForReaders>
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
  const facts = [
    goneSince === null
      ? said.firstChoices[calendar.firstChoice]
      : said.goneSince(formatFullDay(goneSince, now, viewer)),
    calendar.blocks > 0 ? said.blocks(calendar.blocks) : '',
    writable || goneSince !== null ? '' : calendar.privateHidden ? said.privateHidden : said.readOnly,
  ].filter((fact) => fact !== '');
  const toggle = (what: 'source' | 'target', on: boolean, disabled: boolean): ReactElement => (
    <BareSwitch
      aria-label={said.switchName(said[what], name)}
      checked={on}
      disabled={disabled}
      onChange={(event) => onUse(calendar, { source, target, [what]: event.currentTarget.checked })}
    />
  );
  return (
    <tr data-item={calendar.id}>
      <th scope="row">
        <CalendarName colour={calendar.colour} unused={!source && !target}>
          <MiddleText text={name} />
        </CalendarName>
        {facts.length === 0 ? null : (
          <Quiet as="span" className={styles.facts}>
            {facts.join(' · ')}
          </Quiet>
        )}
        {calendar.offered ? (
          <Offer>
            <Attention as="span">{said.offered}</Attention>
            <Button
              aria-label={said.offeredFor(said.offeredUse, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, firstUseOf(calendar.firstChoice))}
            >
              {said.offeredUse}
            </Button>
            <Button
              aria-label={said.offeredFor(said.offeredLeave, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, { source: false, target: false })}
            >
              {said.offeredLeave}
            </Button>
          </Offer>
        ) : null}
        {formerly === null ? null : (
          <Offer>
            <Attention as="span">
              <bdi>{said.renamed(formerly)}</bdi>
            </Attention>
            {([true, false] as const).map((same) => (
              <Button
                key={String(same)}
                aria-label={said.offeredFor(same ? said.renamedYes : said.renamedNo, name)}
                onClick={() => onRenamed(calendar, same)}
              >
                {same ? said.renamedYes : said.renamedNo}
              </Button>
            ))}
          </Offer>
        )}
        {trouble === null ? null : (
          <Trouble isCalm={isCalm}>
            <bdi>{trouble.sentence}</bdi> {trouble.action}
          </Trouble>
        )}
        {calendar.trouble?.code !== 'calendar-seen-less' ? null : (
          <Offer>
            <Button
              aria-label={said.offeredFor(said.seenLessUse, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, { source, target: target && writable })}
            >
              {said.seenLessUse}
            </Button>
          </Offer>
        )}
        {goneSince === null || !(source || target) ? null : (
          <Offer>
            <Button
              aria-label={said.offeredFor(said.goneLeave, name)}
              disabled={changing !== null}
              onClick={() => onUse(calendar, { source: false, target: false })}
            >
              {said.goneLeave}
            </Button>
          </Offer>
        )}
      </th>
      <td>{toggle('source', source, changing !== null || (!source && locked))}</td>
      <td>{toggle('target', target, changing !== null || (!target && (!writable || locked)))}</td>
    </tr>
  );
}

/** What is the matter with a calendar; calm where nobody must do anything about it. */
function Trouble(props: { readonly isCalm: boolean; readonly children: ReactNode }): ReactElement {
  return props.isCalm ? (
    <span className={styles.facts}>
      <Info size={14} aria-hidden /> {props.children}
    </span>
  ) : (
    <Attention as="span" className={styles.facts}>
      <TriangleAlert size={14} aria-hidden /> {props.children}
    </Attention>
  );
}

/** What can be done about a calendar, and why, below its name. */
function Offer({ children }: { readonly children: ReactNode }): ReactElement {
  return <span className={classes(styles.facts, styles.offer)}>{children}</span>;
}

/** Takes a calendar; returns its name, or words for one that has none. */
export function calendarName(calendar: CalendarView): string {
  return calendar.name.trim() === '' ? words.unnamedCalendar : calendar.name;
}
