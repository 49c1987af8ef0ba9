import type { Reason } from './dto.ts';
import type { FirstChoice } from './first-choice.ts';

/** All that CalSync says about why it does something or leaves it, in one place. */
const reasons: { readonly [Code in Reason]: string } = {
  'new-event': 'the event is new',
  'event-changed': 'the event changed',
  'policy-changed': 'your choices changed',
  'put-right': 'the block was changed by hand',
  'zone-told': 'it named the time zone of its event',
  'slot-changed': 'one date was changed or cancelled',
  'slot-restored': 'one date is as usual again',
  'series-reshaped': 'the series got another shape',
  'became-busy': 'the event is busy now',
  'made-anew': 'the event was deleted and made anew for the same time',
  'other-copy': 'the block comes from another copy of the meeting now',
  'put-back': 'the block was deleted, and nothing says by whom; deleted again, it stays away',
  'removed-elsewhere': 'another computer with CalSync had taken it away',
  'event-deleted': 'the event was deleted',
  'event-not-busy': 'the event is not busy any more',
  'event-held-elsewhere': 'the same meeting is in the calendar already',
  'calendar-not-used': 'the calendar is not in use any more',
  'second-block': 'there was a second block for the same event',
  undone: 'you undid what a sync had done',
  'block-of-block': 'what it stood for is a block itself',
  cancelled: 'the event was cancelled',
  'copy-of-ours': 'it is a copy of a block, made by hand',
  'looks-like-block': 'it looks like a block of CalSync',
  'working-location': 'it only says where you work',
  birthday: 'it is a birthday',
  free: 'it is marked as free',
  declined: 'you declined it',
  unanswered: 'you have not answered the invitation',
  tentative: 'you answered maybe',
  'optional-guest': 'you are an optional guest',
  'all-day': 'it lasts all day and is not marked as busy',
  'focus-time': 'it is focus time',
  'out-of-office': 'it is out of office',
  'no-times': 'it says no time',
  'not-a-source': 'its calendar makes no blocks',
  'outside-hours': 'it is outside the hours that count',
  'too-short': 'it is shorter than what counts',
  'title-ignored': 'its title is one that does not count',
  'same-meeting-on-target': 'the same meeting is in that calendar already',
  'same-meeting-from-another-calendar': 'the same meeting has a block from another calendar',
  muted: 'its block was deleted in the calendar, or taken away by an undo',
  past: 'it is over',
  'waiting-for-confirmation': 'the next run makes sure first',
  'target-unavailable': 'the calendar it goes to cannot be changed right now',
  'source-unavailable': 'the calendar it comes from cannot be read right now',
  'source-gone': 'its calendar is gone',
  'source-unknown': 'it is not known to be from a connected calendar',
  held: 'it waits for your decision',
  'another-computer': 'another computer keeps it',
  'zone-refused':
    'its time zone is not known to the service, which is asked again once a day and when the event changes',
  'one-by-one':
    'its time zone is not known to the service, so each of its dates has a block of its own, for two years ahead; the service is asked again once a day and when the event changes',
  kept: 'it is kept as it was before a sync that you undid, until its event changes or you let go of it',
};

/**
 * Takes a reason as the planner says it; returns it in words: a short clause without a capital or a full stop, fit to
 * stand alone, after a colon, or after "because".
 */
export function reasonText(reason: Reason): string {
  return reasons[reason];
}

/** Why a calendar is used at first as it is, or not at all. */
const firstChoices: { readonly [Choice in FirstChoice]: string } = {
  main: 'the main calendar: it makes blocks and gets them',
  own: 'another calendar of yours: its events make blocks, but it gets none',
  hidden: 'you hide it: not used',
  room: 'a room or a resource: not used',
  automatic: 'filled by itself, as holidays and birthdays are: not used',
  'of-others': 'not your own: not used',
};

/** Takes what decides about the first use of a calendar; returns it in words, without a capital or a full stop. */
export function firstChoiceText(choice: FirstChoice): string {
  return firstChoices[choice];
}
