import { mayWrite } from '../../../shared/access.ts';
import type { ResetReceipt } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { askToConfirm, failed, type Command, type Outcome } from '../command.ts';
import { failure } from '../failure.ts';
import { clean, counted } from '../text.ts';
import { receiptText } from '../words.ts';

/** Takes a receipt and what to say after it; returns the outcome, with each unreachable calendar as a failure. */
export function receiptOutcome(receipt: ResetReceipt, closing: readonly string[]): Outcome {
  return {
    lines: [
      ...receiptText(receipt),
      ...receipt.unreachable.map((each) => `Could not reach ${clean(each.name)}; its blocks are still there.`),
      ...closing,
    ],
    json: { receipt },
    failures: receipt.unreachable.map((each) =>
      failure(each.error.about === null ? appError(each.error.code, each.name, each.error.detail) : each.error),
    ),
  };
}

/** Takes whether it was confirmed already; returns the command that removes every block of ours everywhere. */
export function reset(confirmed: boolean): Command {
  return async (context) => {
    const { app, io } = context;
    const { calendars } = app.status();
    const writable = calendars.filter((each) => mayWrite(each.access));
    const known = calendars.reduce((sum, each) => sum + each.blocks, 0);
    const what = `every block that CalSync made, in ${counted(writable.length, 'calendar')} (${known} known)`;
    const refused = await askToConfirm(context, confirmed, what, 'reset');
    if (refused) return refused;
    const receipt = await app.reset({ signal: io.signal, onProgress: context.onProgress });
    if (!receipt.ok) return failed(receipt.error);
    const paused = app.status().pausedUntil !== null;
    return receiptOutcome(receipt.value, paused ? ['Syncing is paused now. Start it again with `resume`.'] : []);
  };
}
