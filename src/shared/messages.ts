import type { AppError, ErrorCode } from './errors.ts';
import { accountsMessages } from './messages/accounts.ts';
import { computerMessages } from './messages/computer.ts';
import type { Action, Entry, Message, Surface } from './messages/message.ts';
import { networkMessages } from './messages/network.ts';
import { providerMessages } from './messages/provider.ts';
import { requestsMessages } from './messages/requests.ts';
import { signInMessages } from './messages/sign-in.ts';
import { syncingMessages } from './messages/syncing.ts';
import { counted } from './phrases.ts';

export { checkWords } from './messages/checks.ts';
export { landingWords } from './messages/landing.ts';
export type { Action, Message, Step, Surface } from './messages/message.ts';

/** All that CalSync says about a failure. It does not compile where a code has none. */
const messages: { readonly [Code in ErrorCode]: Entry } = {
  ...signInMessages,
  ...accountsMessages,
  ...networkMessages,
  ...providerMessages,
  ...computerMessages,
  ...syncingMessages,
  ...requestsMessages,
};

/**
 * Takes a failure and where the person reads of it; returns what they are told. Total: the compiler refuses a code
 * without a sentence, an action for each surface and a step.
 */
export function messageFor(error: AppError, surface: Surface): Message {
  const { sentence, action, step } = messages[error.code];
  return {
    sentence: typeof sentence === 'string' ? sentence : sentence(error.about),
    action: actionOn(surface, action),
    step,
  };
}

/** So many are named; of more the rest is counted. */
const mostNamed = 2;

/** Takes names; returns them as one part of a sentence: `a`, `a and b`, or `a, b and 3 others`. */
export function namedTogether(names: readonly string[]): string {
  if (names.length <= mostNamed) return names.join(' and ');
  const others = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')} and ${counted(others, 'other')}`;
}

/**
 * Takes what has one cause and all that it is about, and where the person reads of it; returns what they are told: one sentence,
 * however many it touches.
 */
export function messageForAll(code: ErrorCode, abouts: readonly string[], surface: Surface): Message {
  const about = abouts.length === 0 ? null : namedTogether(abouts);
  const message = messageFor({ code, about, detail: null }, surface);
  const { many } = messages[code];
  return about === null || abouts.length === 1 || many === undefined ? message : { ...message, sentence: many(about) };
}

/** Takes where a person reads and what to do; returns what to do there. */
export function actionOn(surface: Surface, action: Action): string {
  return typeof action === 'string' ? action : action[surface];
}
