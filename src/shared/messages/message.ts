import type { ErrorCode } from '../errors.ts';

/**
 * Where a person reads a message. `app`: a page, a message box, a menu, or the page that ends a sign-in; there are
 * buttons, and nobody has to know a command. `command-line`: a terminal, where only commands and options can be given.
 */
export type Surface = 'app' | 'command-line';

/** What the one button beside a message does; `wait`: there is nothing to do, and so no button. */
export type Step = 'sign-in' | 'add-account' | 'set-up' | 'try-again' | 'resume' | 'show-calendar' | 'wait';

/** One sentence: what happened and what it means. One action: what to do. And the button that does it. */
export interface Message {
  readonly sentence: string;
  readonly action: string;
  readonly step: Step;
}

/** What to do: the same everywhere, or one for each surface where a command or a button has to be named. */
export type Action = string | { readonly [Each in Surface]: string };

/** What is said about one failure. */
export interface Entry {
  /** A function where the failure fills a gap (`about`); null there is a failure that names nothing. */
  readonly sentence: string | ((about: string | null) => string);
  /** Where it is about several and would say `it` of them; else the sentence does. */
  readonly many?: (abouts: string) => string;
  readonly action: Action;
  readonly step: Step;
}

/** What is said about failures of one topic. */
export type Messages = { readonly [Code in ErrorCode]?: Entry };

/** Takes the gap, the words around it and the words for none; returns what belongs into the sentence. */
export const filled = (about: string | null, before: string, after = '', otherwise = ''): string =>
  about === null ? otherwise : `${before}${about}${after}`;

/** Takes the name of a file, or null where its text was pasted. */
export const fileOrText = (about: string | null): string => (about === null ? 'That text' : `The file ${about}`);
