import type { SourceRef } from '../../../shared/ids.ts';

/** What the private extended properties of a block say: which source it stands for, and which try it is. */
export interface Tag {
  readonly sourceRef: SourceRef;
  /** 0 for the first block of a source on a target; one more each time an id had to be given up. */
  readonly generation: number;
  /** Fingerprint of the content that was last written. */
  readonly contentHash: string;
}

/**
 * Why CalSync took a block away, as its mark says it. No more than another computer of the person needs: a mark can be read
 * by whoever may change the calendar, and what became of an event is nobody else's business.
 * - `event`: the event does not want it any more, or a new block stands for it.
 * - `held`: the same meeting has a block from another calendar.
 * - `ignore`, `account`, `reset`: a choice made on one computer, which says nothing about the event.
 */
export type RemovalReason = 'event' | 'held' | 'ignore' | 'account' | 'reset';

/** What a removal leaves behind, so that other computers know that it was CalSync and no person. */
export interface RemovalMark {
  /** `asked`: no removal; left on a block that was gone already, to learn whether the calendar keeps marks. */
  readonly reason: RemovalReason | 'asked';
  /** Tells two removals of one block apart, because a block that comes back may still carry the mark of an earlier one. */
  readonly nonce: string;
}
