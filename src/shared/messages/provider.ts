import type { Messages } from './message.ts';
import { filled } from './message.ts';

/** What CalSync says about what the provider says. */
export const providerMessages = {
  'rate-limited': {
    sentence: (about) =>
      `Google asked CalSync to slow down${filled(about, ' for ')}, so the rest follows with the next sync.`,
    action: 'There is nothing to do.',
    step: 'wait',
  },
  'quota-exhausted': {
    sentence: (about) =>
      `Google’s limit for ${about ?? 'this account'} is used up, so CalSync leaves it alone for some hours.`,
    many: (abouts) => `Google’s limits for ${abouts} are used up, so CalSync leaves them alone for some hours.`,
    action: 'There is nothing to do; it goes on by itself.',
    step: 'wait',
  },
  'api-disabled': {
    sentence: 'Google Calendar is not switched on for your Google client, so nothing can be read.',
    action:
      'In the Google Cloud console open APIs & Services, enable “Google Calendar API”, wait a few minutes, then try again.',
    step: 'try-again',
  },
  'calendar-switched-off': {
    sentence: (about) =>
      `Google Calendar is switched off for ${about ?? 'this account'}, so its blocks stay as they are.`,
    many: (abouts) => `Google Calendar is switched off for ${abouts}, so their blocks stay as they are.`,
    action: 'Ask the administrator of this account to switch Google Calendar on; CalSync then goes on by itself.',
    step: 'try-again',
  },
  'request-unrecognised': {
    sentence: (about) =>
      `Google did not see that ${about ?? 'this account'} is signed in, so it answered nothing and its blocks stay as they are.`,
    many: (abouts) =>
      `Google did not see that ${abouts} are signed in, so it answered nothing and their blocks stay as they are.`,
    action: 'If this lasts, check whether a proxy or security program changes what this computer sends.',
    step: 'try-again',
  },
  'permission-missing': {
    sentence: (about) => `CalSync lacks a permission for ${about ?? 'this account'}, so its blocks stay as they are.`,
    action: {
      app: 'Sign in again and tick every box.',
      'command-line': 'Sign in again with `accounts add` and tick every box.',
    },
    step: 'sign-in',
  },
  'provider-trouble': {
    sentence: (about) => `Google has trouble right now${filled(about, ' with ')}; nothing is lost.`,
    action: 'There is nothing to do; CalSync tries again by itself.',
    step: 'try-again',
  },
  'answer-malformed': {
    sentence: (about) => `The answer ${filled(about, 'for ', '', 'of Google')} made no sense, so it was not used.`,
    action: 'If this lasts, check whether the network asks you to sign in to it first.',
    step: 'try-again',
  },
  'answer-too-large': {
    sentence: (about) =>
      `The answer ${filled(about, 'for ', '', 'of Google')} was too large even in the smallest pieces, so it was not used and all blocks stay as they are.`,
    action:
      'CalSync tries again with each sync; if this lasts, check whether the network asks you to sign in to it first.',
    step: 'try-again',
  },
  'request-refused': {
    sentence: (about) => `Google refused a change${filled(about, ' in ')}; the other changes went on.`,
    action: {
      app: 'See with the preview what is left to do; if it stays, please report it with the log.',
      'command-line': 'See with `plan` what is left to do; if it stays, please report it with the log.',
    },
    step: 'try-again',
  },
  'answer-differs': {
    sentence: (about) =>
      `Google answered a change${filled(about, ' in ')} with something else than was asked for, so nothing more was written there.`,
    action: 'CalSync looks again with the next sync; if it stays, please report it with the log.',
    step: 'try-again',
  },
  'read-refused': {
    sentence: (about) =>
      `Google refused to show ${about ?? 'a calendar'}, so what is known of it stays as it is, and its blocks too.`,
    many: (abouts) =>
      `Google refused to show ${abouts}, so what is known of them stays as it is, and their blocks too.`,
    action: 'CalSync asks again with each sync; if it stays, please report it with the log.',
    step: 'try-again',
  },
  'time-zone-refused': {
    sentence: (about) =>
      `Google does not know the time zone of a repeating event, so it has no block${filled(about, ' in ')}.`,
    action: 'CalSync asks again once a day; if the event is your own, the time zone of a city nearby helps.',
    step: 'try-again',
  },
} satisfies Messages;
