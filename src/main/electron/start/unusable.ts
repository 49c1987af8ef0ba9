import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Dialog, MessageBoxOptions } from 'electron';
import type { AppError } from '../../../shared/errors.ts';
import { messageFor } from '../../../shared/messages.ts';
import { exitCodeFor } from '../../cli/exit-codes.ts';
import { boxText, words } from '../words.ts';

export interface UnusableOptions {
  readonly app: Pick<App, 'whenReady' | 'setPath' | 'relaunch' | 'exit'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly error: AppError;
  /** Returns whether it can be used by now. */
  readonly isMended: () => boolean;
  /** Takes milliseconds and what is done each time they have passed; returns what ends it. */
  readonly every: (milliseconds: number, then: () => void) => () => void;
  readonly complain: (text: string) => void;
  /** The program that a person starts, where it is not the running one: an AppImage is mounted anew each time. */
  readonly program: string | undefined;
}

/** How often the folder is looked at while the dialog is open. */
const lookPause = 5000;

/**
 * Tells that the app cannot start because of its data folder: in the terminal, and in a dialog with "Quit" and "Try again", which
 * closes by itself once the folder can be used. Then the app starts anew; else it ends with the exit code of the command line.
 */
export async function tellUnusable(options: UnusableOptions): Promise<void> {
  const { app, dialog, error, isMended } = options;
  const { sentence, action } = messageFor(error, 'command-line');
  options.complain(`${sentence}\n${action}\n`);
  const mended = new AbortController();
  const endLooks = options.every(lookPause, () => {
    if (isMended()) mended.abort();
  });
  const response = await askFirst(app, dialog, {
    ...boxText(error, words.startFailed),
    buttons: [words.menu.quit, words.menu.tryAgain],
    defaultId: 1,
    cancelId: 0,
    signal: mended.signal,
  });
  endLooks();
  const again = response === 1 || mended.signal.aborted;
  if (again) app.relaunch(options.program === undefined ? {} : { execPath: options.program });
  app.exit(again ? 0 : exitCodeFor(error.code));
}

export interface RefusedOptions {
  readonly app: Pick<App, 'whenReady' | 'setPath' | 'exit'>;
  readonly dialog: Pick<Dialog, 'showMessageBox'>;
  readonly error: AppError;
  /** Whether what is printed has a reader. */
  readonly isRead: boolean;
  /** Whether it must not live on for a dialog. */
  readonly atOnce: boolean;
  readonly complain: (text: string) => void;
}

/** Whoever has started it by hand has seen it by then; otherwise a script that hides what is printed would wait for ever. */
const longestLook = 120_000;

/**
 * Tells that a start is refused, and ends with the exit code of the command line: by what is printed, and where nobody reads that, in
 * a dialog, which closes by itself after two minutes. With a switch that hands over what the app does it ends at once, because Chromium obeys it before a dialog can be shown.
 */
export async function tellRefused({ app, dialog, error, ...options }: RefusedOptions): Promise<void> {
  const { sentence, action } = messageFor(error, 'command-line');
  options.complain(`${sentence}\n${action}\n`);
  if (!options.isRead && !options.atOnce) {
    const signal = AbortSignal.timeout(longestLook);
    await askFirst(app, dialog, { ...boxText(error, null), buttons: [words.menu.quit], signal });
  }
  app.exit(exitCodeFor(error.code));
}

/** Shows the one dialog of an app that does not start; returns the button. Before `ready`, because nothing else may come of it. */
async function askFirst(
  app: Pick<App, 'whenReady' | 'setPath'>,
  dialog: Pick<Dialog, 'showMessageBox'>,
  box: MessageBoxOptions,
): Promise<number> {
  // Whatever Chromium keeps for it goes neither where nothing can be written nor into the data of an app that is not to run.
  const scratch = scratchFolder();
  if (scratch !== null) for (const name of ['userData', 'sessionData'] as const) app.setPath(name, scratch);
  await app.whenReady();
  const { response } = await dialog.showMessageBox({ type: 'error', title: words.product, ...box });
  if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  return response;
}

function scratchFolder(): string | null {
  try {
    return mkdtempSync(join(tmpdir(), 'calsync-start-'));
  } catch {
    return null;
  }
}

/**
 * Takes the folder of a single instance's lock that was refused, and the system; returns whether another instance has it. Chromium
 * answers the same where it could not make the lock; its link tells the two apart.
 */
export function isHeldByAnother(folder: string, platform: string): boolean {
  if (platform === 'win32') return true;
  try {
    return lstatSync(join(folder, 'SingletonLock'), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
