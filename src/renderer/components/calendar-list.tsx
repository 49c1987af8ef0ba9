import { ArrowLeft, ArrowLeftRight, ArrowRight, Minus, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useId } from 'react';
import { mayWrite } from '../../shared/access.ts';
import type { AccountView, CalendarView, PolicyChange, Status } from '../../shared/dto.ts';
import { needOf } from '../../shared/health.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import { day } from '../../shared/time.ts';
import { formatMoment } from '../format.ts';
import type { Viewer } from '../format.ts';
import { matterFor, words } from '../words.ts';
import { markStyle } from './mark.ts';
import { MiddleText } from './middle-text.tsx';
import { Switch } from './switch.tsx';

export interface CalendarListProps {
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly openCalendar: CalendarId | null;
  readonly onOpen: (id: CalendarId | null) => void;
  /** A change that is looked at or kept just now: its switches show it already. */
  readonly pending: PolicyChange | null;
  readonly onUse: (id: CalendarId, use: { readonly source: boolean; readonly target: boolean }) => void;
  readonly disabled: boolean;
}

/** Each account with its calendars: colour, name, direction, blocks. A click opens what the calendar is used for. */
export function CalendarList(props: CalendarListProps): ReactElement {
  const { status, now, viewer } = props;
  return (
    <section className="accounts">
      {status.accounts.map((account) => {
        const calendars = status.calendars.filter((calendar) => calendar.accountId === account.id);
        return (
          <section key={account.id} className="account" aria-label={account.email}>
            <h2 className="account-head">
              <MiddleText text={account.email} />
              <AccountNote account={account} demo={status.demo} now={now} viewer={viewer} />
            </h2>
            {calendars.length === 0 ? <p className="quiet account-empty">{words.accountEmpty}</p> : null}
            <ul className="plain-list">
              {calendars.map((calendar) => (
                <CalendarRow
                  key={calendar.id}
                  calendar={calendar}
                  now={now}
                  open={props.openCalendar === calendar.id}
                  onOpen={props.onOpen}
                  pending={props.pending}
                  onUse={props.onUse}
                  disabled={props.disabled}
                />
              ))}
            </ul>
          </section>
        );
      })}
    </section>
  );
}

function AccountNote(props: {
  readonly account: AccountView;
  readonly demo: boolean;
  readonly now: Instant;
  readonly viewer: Viewer;
}): ReactElement | null {
  const { account, demo, now, viewer } = props;
  const state = words.accountState[account.state];
  if (state !== null) return <span className="note note-attention">{state}</span>;
  const endsAt = account.signInEndsAt;
  if (endsAt !== null && Date.parse(endsAt) - now < 2 * day) {
    return <span className="note note-attention">{words.accountEnds(formatMoment(endsAt, now, viewer))}</span>;
  }
  // A demo ends when it quits anyway.
  if (account.kept === 'keychain' || demo) return null;
  return (
    <span className="note" title={words.accountKeptMeaning}>
      {words.accountKept}
    </span>
  );
}

interface CalendarRowProps extends Pick<CalendarListProps, 'now' | 'onOpen' | 'pending' | 'onUse' | 'disabled'> {
  readonly calendar: CalendarView;
  readonly open: boolean;
}

function CalendarRow({ calendar, now, open, onOpen, pending, onUse, disabled }: CalendarRowProps): ReactElement {
  const panel = useId();
  const { source, target } = pending?.kind === 'use' && pending.calendarId === calendar.id ? pending : calendar;
  const used = source || target;
  const locked = calendar.goneSince !== null || calendar.formerly !== null;
  return (
    <li className={used ? 'calendar' : 'calendar calendar-unused'}>
      <button
        type="button"
        className="calendar-row"
        aria-expanded={open}
        {...(open ? { 'aria-controls': panel } : {})}
        onClick={() => onOpen(open ? null : calendar.id)}
      >
        <span className="mark" style={markStyle(calendar.colour)} />
        <MiddleText text={calendar.name.trim() === '' ? words.unnamedCalendar : calendar.name} />
        {calendar.trouble === null || needOf(calendar.trouble.code) === 'nobody' ? null : (
          <TriangleAlert className="calendar-trouble" size={16} aria-label={words.matters} role="img" />
        )}
        <Direction calendar={calendar} />
        <span className="calendar-blocks quiet">
          {target || calendar.blocks > 0 ? words.blocks(calendar.blocks) : ''}
        </span>
      </button>
      {open ? (
        <div id={panel} className="calendar-use">
          {calendar.trouble === null ? null : (
            <p>
              <bdi>{matterFor(calendar.trouble).sentence}</bdi> {matterFor(calendar.trouble).action}
            </p>
          )}
          <Switch
            label={words.useSource}
            on={source}
            hint={source ? words.sourceOff : null}
            disabled={disabled || (!source && locked)}
            onChange={(on) => onUse(calendar.id, { source: on, target })}
          />
          <Switch
            label={words.useTarget}
            on={target}
            hint={targetHint(calendar)}
            disabled={disabled || (!target && (locked || !mayWrite(calendar.access)))}
            onChange={(on) => onUse(calendar.id, { source, target: on })}
          />
          {calendar.lastReadAt === null ? null : (
            <p className="quiet">{words.lastRead(words.ago(Date.parse(calendar.lastReadAt), now))}</p>
          )}
        </div>
      ) : null}
    </li>
  );
}

function Direction({ calendar }: { readonly calendar: CalendarView }): ReactElement {
  const Icon = calendar.source ? (calendar.target ? ArrowLeftRight : ArrowRight) : calendar.target ? ArrowLeft : Minus;
  return (
    <span className="calendar-direction" title={words.direction(calendar)}>
      <Icon size={16} aria-hidden />
      <span className="for-readers">{words.direction(calendar)}</span>
    </span>
  );
}

function targetHint(calendar: CalendarView): string | null {
  if (!calendar.target)
    return mayWrite(calendar.access) ? null : calendar.privateHidden ? words.privateHidden : words.readOnly;
  return calendar.blocks > 0 ? words.targetOff(calendar.blocks) : null;
}
