import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/main/cli/arguments.ts';
import { boxText } from '../../src/main/electron/words.ts';
import { failedPage, signedInPage, strangerPage, waitingPage } from '../../src/main/oauth/pages.ts';
import { settingsWords } from '../../src/renderer/words/settings-window.ts';
import { words as pageWords } from '../../src/renderer/words.ts';
import { words as trayWords } from '../../src/main/electron/words.ts';
import { appError, errorCodes } from '../../src/shared/errors.ts';
import { needOf } from '../../src/shared/health.ts';
import { actionOn, checkWords, landingWords, messageFor } from '../../src/shared/messages.ts';

const abouts = ['Work', null] as const;
const inTheApp = errorCodes.flatMap((code) => abouts.map((about) => messageFor(appError(code, about), 'app')));
const cases = errorCodes.flatMap((code) => abouts.map((about) => [code, about] as const));

/** What only a terminal understands, and what only a programmer does. */
const command = /`|--|\bcalsync |GOOGLE_/;
const jargon = /\b(tokens?|scopes?|OAuth|410|API key|HTTP \d+|loopback)\b|!/i;

describe('a message', () => {
  it.each(cases)('%s about %s is one sentence and one action', (code, about) => {
    for (const surface of ['app', 'command-line'] as const) {
      const { sentence, action } = messageFor(appError(code, about), surface);
      for (const text of [sentence, action]) {
        expect(text).toMatch(/^[^a-z].{12,}\.$/);
        expect(text, 'more than one sentence').not.toMatch(/[.?!] \p{Lu}/u);
        expect(text, 'a gap that nothing fills').not.toMatch(/ {2}|undefined|null|\( ?\)| [.,;:]/);
        expect(text.replaceAll('GOOGLE_OAUTH', '')).not.toMatch(jargon);
      }
    }
  });

  it.each(cases)('%s about %s names no command and no option in the app', (code, about) => {
    const { sentence, action } = messageFor(appError(code, about), 'app');
    expect(sentence).not.toMatch(command);
    expect(action).not.toMatch(command);
  });

  it('says “That text” of what was pasted, and names a file', () => {
    for (const code of ['client-file-not-json', 'client-file-wrong-kind'] as const) {
      expect(messageFor(appError(code), 'app').sentence).toMatch(/^That text /);
      expect(messageFor(appError(code, 'web.json'), 'app').sentence).toMatch(/^The file web\.json /);
    }
  });

  it('that says there is nothing to do needs nobody', () => {
    const idle = errorCodes.filter((code) => /nothing to do/i.test(messageFor(appError(code), 'app').action));
    expect(idle).toContain('provider-trouble');
    for (const code of idle) expect(needOf(code), code).toBe('nobody');
  });

  it.each(errorCodes)('%s keeps what it is about on both surfaces', (code) => {
    const error = appError(code, 'work@example.com');
    expect(messageFor(error, 'app').sentence).toBe(messageFor(error, 'command-line').sentence);
  });
});

describe('what the app says elsewhere', () => {
  /** Every text in a tree of words; functions are called with what fits anywhere. */
  function textsOf(node: unknown): readonly string[] {
    if (typeof node === 'string') return [node];
    if (typeof node !== 'object' || node === null) return [];
    return Object.values(node).flatMap(textsOf);
  }

  it.each([
    ['pages', pageWords],
    ['the tray', trayWords],
  ])('of %s names no command and no jargon', (_name, tree) => {
    const texts = textsOf(tree);
    expect(texts.length).toBeGreaterThan(15);
    for (const text of texts) {
      expect(text).not.toMatch(/`|(^| )--[a-z]|\bcalsync |GOOGLE_/);
      expect(text).not.toMatch(/\b(tokens?|scopes?|OAuth|410)\b|!/i);
    }
  });

  it('at the end of a sign-in is the message of the app, in a browser', () => {
    for (const code of errorCodes) {
      const { sentence, action } = messageFor(appError(code), 'app');
      const text = readable(failedPage(appError(code)).html);
      expect(text).toContain(sentence);
      expect(text).toContain(action);
      expect(text).not.toMatch(/`|(^| )--[a-z]/);
    }
    for (const page of [signedInPage('work@example.com'), strangerPage(), waitingPage()]) {
      expect(readable(page.html)).not.toMatch(jargon);
    }
  });

  it('in a message box is the message of the app, and says nothing twice', () => {
    const error = appError('needs-sign-in', 'work@example.com');
    const { sentence, action } = messageFor(error, 'app');
    expect(boxText(error, null)).toEqual({ message: sentence, detail: action });
    expect(boxText(error, 'CalSync cannot start syncing')).toEqual({
      message: 'CalSync cannot start syncing',
      detail: `${sentence}\n${action}`,
    });
  });

  it('in a check names no command', () => {
    for (const { noneAction } of [checkWords.accounts, checkWords.lastSync]) {
      expect(actionOn('app', noneAction)).not.toMatch(command);
    }
  });

  it('calls no button of Google’s page by a name that it has not', () => {
    // Its button is “Continue”. Whether this computer lets CalSync listen is asked by the system, and not there.
    const told = errorCodes.filter((code) => code !== 'loopback-unavailable');
    const messages = (['app', 'command-line'] as const).flatMap((surface) =>
      told.map((code) => Object.values(messageFor(appError(code), surface)).join(' ')),
    );
    const pages = [...told.map((code) => failedPage(appError(code))), signedInPage('x'), strangerPage(), waitingPage()];
    for (const text of [
      ...[...messages, ...textsOf(pageWords), ...textsOf(trayWords), ...textsOf(landingWords)],
      ...pages.map(({ html }) => readable(html)),
    ]) {
      expect(text).not.toMatch(/\bAllow\b/);
    }
    expect(messageFor(appError('consent-denied'), 'app').action).toContain('“Continue”');
  });

  it('has a word for each button that a message may ask for', () => {
    for (const { step } of inTheApp) if (step !== 'wait') expect(pageWords.steps[step]).toMatch(/^[A-Z]/);
    expect(settingsWords.pages.guide).toBe('First steps');
  });
});

describe('what the command line says', () => {
  const actions = [
    ...errorCodes.map((code) => [code, messageFor(appError(code, 'x'), 'command-line').action] as const),
    ['doctor: accounts', actionOn('command-line', checkWords.accounts.noneAction)] as const,
    ['doctor: last sync', actionOn('command-line', checkWords.lastSync.noneAction)] as const,
  ];
  const named = actions.flatMap(([code, action]) =>
    [...action.matchAll(/`([^`]*)`/g)].map((hit) => [code, hit[1] ?? '']),
  );
  const options = actions.flatMap(([code, action]) =>
    [...action.replaceAll(/`[^`]*`/g, '').matchAll(/--[a-z-]+/g)].map((hit) => [code, hit[0]] as const),
  );

  it('names commands in quotes of its own, so that they are found here', () => {
    expect(named.length).toBeGreaterThan(12);
    expect(options.length).toBeGreaterThan(4);
  });

  it.each(named)('of %s: `%s` exists', (_code, line) => {
    expect(isKnown(line.split(' '))).toBe(true);
  });

  // The port is one of the demo, which has a command line of its own.
  it.each(options.filter(([code]) => code !== 'port-taken'))('of %s: %s exists', (_code, option) => {
    const places = [[], ['reset'], ['support'], ['accounts', 'add'], ['accounts', 'remove', 'x']];
    expect(places.some((place) => isKnown([...place, option]))).toBe(true);
  });

  it.each(['accounts', 'accounts ad', 'accounts list all', 'frobnicate', 'sync --yes', 'reset --no'])(
    'would be caught when it named `%s`',
    (line) => {
      expect(isKnown(line.split(' '))).toBe(false);
    },
  );

  /** Whether the real parser takes the words; a name or a value that the person has to fill in may be missing. */
  function isKnown(words: readonly string[]): boolean {
    const parsed = parseArguments(words, '0.0.0', null);
    if (parsed.ok) return parsed.value.kind !== 'incomplete';
    return / argument missing$|^missing required argument /.test(parsed.error.error.about ?? '');
  }
});

/** Takes a page of ours; returns what a person reads on it. */
function readable(html: string): string {
  return html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
