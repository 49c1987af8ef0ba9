import type { BusyPolicy, Reason } from '../../shared/dto.ts';
import { isDate } from '../../shared/time.ts';
import type { EventRow } from './model.ts';
import { hasFormOfBlock } from './ownership.ts';

/** Whether a row takes its owner's time, and where not, the first rule that said so. */
export type Busy = { readonly busy: true } | { readonly busy: false; readonly reason: Reason };

const no = (reason: Reason): Busy => ({ busy: false, reason });

/**
 * Takes one row (a single event, a master or an exception: each is judged by itself) and the policy of its calendar;
 * returns whether it blocks time (design.md, "What is busy"; google-calendar.md §3.2). The order of the rules is part of the answer.
 */
export function busyOf(row: EventRow, policy: BusyPolicy): Busy {
  if (row.status === 'cancelled') return no('cancelled');
  if (row.tagged) return no('copy-of-ours');
  if (hasFormOfBlock(row)) return no('looks-like-block');
  if (row.kind === 'workingLocation' && !policy.workingLocation) return no('working-location');
  if (row.kind === 'birthday' && !policy.birthday) return no('birthday');
  if (row.start === null) return no('no-times');
  const allDay = isDate(row.start);
  const holiday = allDay && policy.holidays;
  if (allDay && policy.allDay === 'never' && !holiday) return no('all-day');
  const free = row.transparent && !holiday && !switchedOn(row, policy);
  if (free && !policy.free && !(allDay && policy.allDay === 'always')) return no('free');
  if (row.ownResponse === 'declined' && !policy.declined) return no('declined');
  if (row.ownResponse === 'needsAction' && !policy.unanswered) return no('unanswered');
  if ((row.ownResponse === 'tentative' || row.status === 'tentative') && !policy.tentative) return no('tentative');
  if (row.optionalGuest && !policy.optionalGuest) return no('optional-guest');
  // Each line is a switch of its own: free events may count while all-day ones count only when marked busy.
  if (free && allDay && policy.allDay === 'when-marked-busy') return no('all-day');
  if (row.kind === 'focusTime' && !policy.focusTime) return no('focus-time');
  if (row.kind === 'outOfOffice' && !policy.outOfOffice) return no('out-of-office');
  return { busy: true };
}

/**
 * Working locations, and flights and the like from mail, are marked free by the service and not by the person (google-calendar.md
 * §3.1), so a switch for them must mean more than the mark. A hotel lasts all day; of that nobody wants whole days blocked
 * because of a switch about flights.
 */
function switchedOn(row: EventRow, policy: BusyPolicy): boolean {
  if (row.kind === 'fromMail') return policy.fromMail && row.start !== null && !isDate(row.start);
  return (row.kind === 'workingLocation' && policy.workingLocation) || (row.kind === 'birthday' && policy.birthday);
}
