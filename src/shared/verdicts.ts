import type { WhyTarget } from './dto.ts';
import { reasonText } from './reasons.ts';

/** Takes how an event stands on a target; returns it in one sentence, with the rule that decided. */
export function verdictText({ state, reason }: Pick<WhyTarget, 'state' | 'reason'>): string {
  const because = reason === null ? '' : `: ${reasonText(reason)}`;
  switch (state) {
    case 'there':
      if (reason === 'kept') return `It has a block${because}.`;
      return reason === null ? 'It has a block.' : `It has a block, which will be changed${because}.`;
    case 'coming':
      return `It gets a block with the next sync${because}.`;
    case 'going':
      if (reason === 'held') return 'Its block is still there, and waits for your decision.';
      return reason === 'target-unavailable'
        ? `Its block is still there${because}.`
        : `Its block goes with the next sync${because}.`;
    case 'none':
      return `No block${because}.`;
  }
}

/** What is said of a block that no known event explains. */
export const strayText =
  'CalSync made this block, but the event it stands for is not known on this computer. It is left as it is.';

/** What is said of an event that looks like a block. */
export const copyText =
  'It looks like a block, but CalSync did not make it: it is your own copy. It is never changed, and makes no blocks.';
