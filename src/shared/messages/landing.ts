import type { ErrorCode } from '../errors.ts';

/** What the pages say that a browser shows at the end of a sign-in. */
export const landingWords: {
  readonly signedIn: { readonly heading: string; readonly text: (email: string) => string };
  readonly failed: string;
  /** Failures whose heading says more than that it did not work. */
  readonly headings: { readonly [Code in ErrorCode]?: string };
  readonly goBack: string;
  readonly stranger: { readonly heading: string; readonly text: string; readonly last: string };
  readonly late: { readonly heading: string; readonly text: string; readonly last: string };
  readonly waiting: { readonly heading: string; readonly text: string; readonly last: string };
} = {
  signedIn: {
    heading: 'You are signed in',
    text: (email) => `CalSync may now use the calendars of ${email}.`,
  },
  failed: 'Signing in did not work',
  headings: {
    'consent-denied': 'Permission was not given',
    'consent-blocked': 'This sign-in is not allowed',
    'scope-missing': 'A box was not ticked',
    'sign-in-interrupted': 'The sign-in was given up',
    'account-other': 'That is another account',
  },
  goBack: 'You can close this page and go back to CalSync.',
  stranger: {
    heading: 'This page is not needed any more',
    text: 'It does not belong to the sign-in that CalSync waits for, or it was used already. Nothing was changed.',
    last: 'If you are signing in, finish on the page that CalSync opened last.',
  },
  late: {
    heading: 'That came too late',
    text: 'CalSync had stopped waiting for this sign-in, so nothing was connected and nothing was changed.',
    last: 'Go back to CalSync and sign in again.',
  },
  waiting: {
    heading: 'There is nothing to do here',
    text: 'CalSync waits at this address for the answer of a sign-in page.',
    last: 'If you are signing in, finish on the page that CalSync opened.',
  },
};
