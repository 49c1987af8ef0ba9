import type { Capabilities } from '../../src/main/core/capabilities.ts';

/** What can be done on a calendar that is nobody's main one. */
export const plainCapabilities: Capabilities = {
  choosesIds: true,
  reshapesInPlace: false,
  writes: 'slots',
  listsDeletions: true,
  outOfOffice: false,
  colours: true,
  batchSize: 50,
};
