import { initial } from './0001-initial.ts';
import { ownWaysOfBlocks } from './0002-own-ways-of-blocks.ts';
import { agreedRemovals } from './0003-agreed-removals.ts';
import { accessOfAnyService } from './0004-access-of-any-service.ts';
import { optionalGuests } from './0005-optional-guests.ts';
import { unshownBlocks } from './0006-unshown-blocks.ts';
import { zonesUntold } from './0007-zones-untold.ts';
import { formOfBlocks } from './0008-form-of-blocks.ts';
import { wantedBlocks } from './0009-wanted-blocks.ts';
import { undertakings } from './0010-undertakings.ts';
import { staleCalendars } from './0011-stale-calendars.ts';
import { views } from './0012-views.ts';
import { removalNotes } from './0013-removal-notes.ts';
import { firstChoices } from './0014-first-choices.ts';
import { goneCalendars } from './0015-gone-calendars.ts';
import { renamedCalendars } from './0016-renamed-calendars.ts';
import { numberedMarks } from './0017-numbered-marks.ts';
import { zonesByOffset } from './0018-zones-by-offset.ts';
import { zoneRefusals } from './0019-zone-refusals.ts';
import { followedMutes } from './0020-followed-mutes.ts';
import { exactChoices } from './0021-exact-choices.ts';
import { readAgain } from './0022-read-again.ts';
import { undo } from './0023-undo.ts';
import { pageRows } from './0024-page-rows.ts';
import { makings } from './0025-makings.ts';
import { pruning } from './0026-pruning.ts';
import { keptDates } from './0027-kept-dates.ts';
import { standing } from './0028-standing.ts';
import { doubtedMarks } from './0029-doubted-marks.ts';
import { signInsHeld } from './0030-sign-ins-held.ts';
import { capabilities } from './0031-capabilities.ts';
import { providers } from './0032-providers.ts';
import type { Migration } from './migration.ts';

/** All steps, oldest first. */
export const migrations: readonly Migration[] = [
  initial,
  ownWaysOfBlocks,
  agreedRemovals,
  accessOfAnyService,
  optionalGuests,
  unshownBlocks,
  zonesUntold,
  formOfBlocks,
  wantedBlocks,
  undertakings,
  staleCalendars,
  views,
  removalNotes,
  firstChoices,
  goneCalendars,
  renamedCalendars,
  numberedMarks,
  zonesByOffset,
  zoneRefusals,
  followedMutes,
  exactChoices,
  readAgain,
  undo,
  pageRows,
  makings,
  pruning,
  keptDates,
  standing,
  doubtedMarks,
  signInsHeld,
  capabilities,
  providers,
];
