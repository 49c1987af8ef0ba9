import type { CommandEntry } from '../entry.ts';
import { accountsEntry } from './accounts.ts';
import { calendarsEntry } from './calendars.ts';
import { copiesEntry } from './copies.ts';
import { doctorEntry } from './doctor.ts';
import { holdsEntry } from './holds.ts';
import { keptEntry } from './kept.ts';
import { knownEntry } from './known.ts';
import { mutesEntry } from './mutes.ts';
import { pauseEntry, resumeEntry } from './pause.ts';
import { planEntry } from './plan.ts';
import { policiesEntry } from './policies.ts';
import { resetEntry } from './reset.ts';
import { runsEntry } from './runs.ts';
import { statusEntry } from './status.ts';
import { supportEntry } from './support.ts';
import { syncEntry } from './sync.ts';
import { undoEntry } from './undo.ts';
import { whyEntry } from './why.ts';

/** All commands, in the order of the help. A command that is not here is none. */
export const commandEntries: readonly CommandEntry[] = [
  accountsEntry,
  calendarsEntry,
  policiesEntry,
  planEntry,
  whyEntry,
  syncEntry,
  statusEntry,
  runsEntry,
  pauseEntry,
  resumeEntry,
  knownEntry,
  holdsEntry,
  mutesEntry,
  copiesEntry,
  undoEntry,
  keptEntry,
  resetEntry,
  doctorEntry,
  supportEntry,
];
