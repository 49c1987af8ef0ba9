import type { BrowserWindow } from 'electron';
import { dialog } from 'electron';
import type { AppError } from '../../../shared/errors.ts';
import { boxText, words } from '../words.ts';

/** Takes a failure and what stands above it, or null for its own sentence; tells the person. After `ready`. */
export function explain(error: AppError, heading: string | null = null): void {
  void dialog.showMessageBox({ type: 'warning', title: words.product, ...boxText(error, heading) });
}

/** Takes a window that is to close; asks the person whether what was typed in it and is not applied may go. */
export function discardsEdits(window: BrowserWindow): boolean {
  const { message, detail, goBack, discard } = words.unsaved;
  const buttons = [goBack, discard];
  return dialog.showMessageBoxSync(window, { type: 'question', message, detail, buttons, cancelId: 0 }) === 1;
}
