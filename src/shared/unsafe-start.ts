import { appError, type AppError } from './errors.ts';

/**
 * Switches of Chromium that hand its windows, its memory or its connections to whoever else is on the computer. A packaged app is
 * not started with any of them; from the sources they are what tests and developers work with. Chromium takes away blanks
 * around a word, and takes one dash for two, on Windows a slash and capital letters, too (`base/command_line.cc`).
 */
const handsOver =
  /^(?:--?|\/)(remote-debugging-(port|pipe|address|socket-name)|remote-allow-origins|inspect(-brk|-port)?|js-flags|load-extension|disable-web-security|ignore-certificate-errors(-spki-list)?|allow-insecure-localhost|host-rules|host-resolver-rules|(renderer|utility|gpu|zygote)-cmd-prefix|(gpu|browser-subprocess)-(launcher|path)|enable-automation|log-net-log|ssl-key-log-file)(=|$)/i;

/** Takes the arguments (without the program); returns the first such switch, without what it is set to, or null. */
export function unsafeSwitch(argv: readonly string[]): string | null {
  const word = argv.map((one) => one.trim()).find((one) => handsOver.test(one));
  return word === undefined ? null : (word.split('=', 1)[0] ?? word);
}

/**
 * Takes the arguments (without the program), the environment and whether the app is packaged; returns `start-unsafe` about the first of
 * them with which what CalSync does could be seen or changed by somebody else, or null.
 */
export function unsafeStart(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  packaged: boolean,
): AppError | null {
  // Node takes exactly this word for it; anything else leaves the check on.
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') return appError('start-unsafe', 'NODE_TLS_REJECT_UNAUTHORIZED=0');
  const word = packaged ? unsafeSwitch(argv) : null;
  return word === null ? null : appError('start-unsafe', word);
}
