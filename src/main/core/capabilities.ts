/** What can be done on a calendar through one account, as its service says. Each line is a question that nobody asks by the service's name. */
export interface Capabilities {
  /**
   * Whether an event has the id that it is made with, and no other one can have it there. Without that a block whose answer was lost
   * would be made twice, so that such a calendar is no target.
   */
  readonly choosesIds: boolean;
  /**
   * Whether a series may get another start, zone or rule in place, and its changed dates are then as they were written. Otherwise
   * its block is made anew, and the former one goes afterwards.
   */
  readonly reshapesInPlace: boolean;
  /**
   * Whether a slot of a series is an event of its own, or a series is one resource with all its slots: then a block and its slots go
   * in one write, on one condition.
   */
  readonly writes: 'slots' | 'resources';
  /** Whether the ids of deleted events can be had: proof for blocks whose events nobody remembers. */
  readonly listsDeletions: boolean;
  /** Whether blocks may be out-of-office events. */
  readonly outOfOffice: boolean;
  /** Whether an event may have a colour of its own. */
  readonly colours: boolean;
  /** How many calls one request carries, so that its outcomes can be stored as it comes back; 1 or more. */
  readonly batchSize: number;
}

/** Of a calendar that no account reaches: nothing is written there. */
export const noCapabilities: Capabilities = {
  choosesIds: false,
  reshapesInPlace: false,
  writes: 'slots',
  listsDeletions: false,
  outOfOffice: false,
  colours: false,
  batchSize: 1,
};
