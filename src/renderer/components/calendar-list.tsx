import { ArrowLeft, ArrowLeftRight, ArrowRight, Minus, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useId } from 'react';
import { mayWrite } from '../../shared/access.ts';
import type { AccountView, CalendarView, PolicyChange, Status } from '../../shared/dto.ts';
import { needOf } from '../../shared/health.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { Instant } from '../../shared/time.ts';
import { day } from '../../shared/time.ts';
import { classes } from '../classes.ts';
import { formatMoment } from '../format.ts';
import type { Viewer } from '../format.ts';
import { matterFor, words } from '../words.ts';
import styles from './calendar-list.module.css';
import { Mark } from './mark.tsx';
import { MiddleText } from './middle-text.tsx';
import { Switch } from './switch.tsx';
import { Attention, ForReaders, Quiet } from './text.tsx';

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
    <section className={styles.accounts}>
      {status.accounts.map((account) => {
        const calendars = status.calendars.filter((calendar) => calendar.accountId === account.id);
        return (
          <section key={account.id} className={styles.account} aria-label={account.email}>
            <h2 className={styles.head}>
              <MiddleText text={account.email} />
              <AccountNote account={account} demo={status.demo} now={now} viewer={viewer} />
            </h2>
            {calendars.length === 0 ? <Quiet className={styles.empty}>{words.accountEmpty}</Quiet> : null}
            <ul>
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
  if (state !== null)
    return (
      <Attention as="span" className={styles.note}>
        {state}
      </Attention>
    );
  const endsAt = account.signInEndsAt;
  if (endsAt !== null && Date.parse(endsAt) - now < 2 * day) {
    return (
      <Attention as="span" className={styles.note}>
        {words.accountEnds(formatMoment(endsAt, now, viewer))}
      </Attention>
    );
  }
  // A demo ends when it quits anyway.
  if (account.kept === 'keychain' || demo) return null;
  return (
    <span className={styles.note} title={words.accountKeptMeaning}>
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
    <li className={classes(styles.calendar, !used && styles.unused)} data-item={calendar.id}>
      <button
        type="button"
        className={styles.row}
        aria-expanded={open}
        {...(open ? { 'aria-controls': panel } : {})}
        onClick={() => onOpen(open ? null : calendar.id)}
      >
        <Mark colour={calendar.colour} />
        <MiddleText text={calendar.name.trim() === '' ? words.unnamedCalendar : calendar.name} />
        {calendar.trouble === null || needOf(calendar.trouble.code) === 'nobody' ? null : (
          <TriangleAlert className={styles.trouble} size={16} aria-label={words.matters} role="img" />
        )}
        <Direction calendar={calendar} />
        <Quiet as="span" className={styles.blocks}>
          {target || calendar.blocks > 0 ? words.blocks(calendar.blocks) : ''}
        </Quiet>
      </button>
      {open ? (
        <div id={panel} className={styles.use}>
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
            <Quiet>{words.lastRead(words.ago(Date.parse(calendar.lastReadAt), now))}</Quiet>
          )}
        </div>
      ) : null}
    </li>
  );
}

function Direction({ calendar }: { readonly calendar: CalendarView }): ReactElement {
  const Icon = calendar.source ? (calendar.target ? ArrowLeftRight : ArrowRight) : calendar.target ? ArrowLeft : Minus;
  return (
    <span className={styles.direction} title={words.direction(calendar)}>
      <Icon size={16} aria-hidden />
      <ForReaders>{words.direction(calendar)}</ForReaders>
    </span>
  );
}

function targetHint(calendar: CalendarView): string | null {
  if (!calendar.target)
    return mayWrite(calendar.access) ? null : calendar.privateHidden ? words.privateHidden : words.readOnly;
  return calendar.blocks > 0 ? words.targetOff(calendar.blocks) : null;
}
