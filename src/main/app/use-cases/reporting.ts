import { appError } from '../../../shared/errors.ts';
import type { AccountId } from '../../../shared/ids.ts';
import { second } from '../../../shared/time.ts';
import type { AccountRecord } from '../../ports/store.ts';
import type { CalSync } from '../calsync.ts';
import { copiesIn, removeCopiesIn } from '../copies.ts';
import { examine } from '../doctor.ts';
import type { Parts } from '../parts.ts';
import { supportReport, surroundingsHere } from '../support/report.ts';
import { storedParts, type KeptSignIn } from '../support/stored.ts';
import type { Live } from './live.ts';
import type { Work } from './work.ts';

/** Takes all parts; returns what a person can ask about this computer: what is wrong with it, and what it still keeps. */
export function reporting(
  parts: Parts,
  live: Live,
  work: Work,
): Pick<CalSync, 'doctor' | 'copies' | 'removeCopies' | 'supportReport'> {
  return {
    doctor: (surface) => work.exclusive(() => examine(parts, surface)),
    copies: () => copiesIn(parts.dataFolder),
    removeCopies: () => removeCopiesIn(parts.dataFolder),
    supportReport: async () => {
      const { version, demo, dataFolder, store, clock } = parts;
      const around = surroundingsHere({ version, demo, dataFolder, now: clock.now() });
      const running = {
        status: live.status,
        client: hasClient(await answerOf(parts, parts.client())),
        signIns: await signInsOf(parts),
        keptIn: parts.vault.kind,
      };
      const { parts: stored, calendarName } = storedParts(store, running, around);
      return supportReport(around, stored, calendarName);
    },
  };
}

/** A keychain may ask the person something first; a report waits for each answer no longer than this. */
const keychainPatience = 5 * second;

/** Takes a question to the keychain; returns its answer, or null where none comes in time. */
async function answerOf<Value>({ clock }: Parts, question: Promise<Value>): Promise<Value | null> {
  const answered = new AbortController();
  try {
    return await Promise.race([question, clock.sleep(keychainPatience, answered.signal).then(() => null)]);
  } finally {
    answered.abort();
  }
}

/** Returns for each account whether its sign-in is kept; the sign-in itself goes no further than here. */
async function signInsOf(parts: Parts): Promise<ReadonlyMap<AccountId, KeptSignIn>> {
  const found = new Map<AccountId, KeptSignIn>();
  let accounts: readonly AccountRecord[];
  try {
    accounts = parts.store.accounts();
  } catch {
    // The report says at each of its parts that the database could not be read.
    return found;
  }
  for (const { id } of accounts) {
    const entry = await answerOf(parts, parts.vault.read(id, true));
    if (entry === null) found.set(id, 'not answered');
    else if (!entry.ok) found.set(id, appError('keychain-failed', null, entry.error.detail));
    else found.set(id, entry.value === null ? 'missing' : 'kept');
  }
  return found;
}

const hasClient = (found: Awaited<ReturnType<Parts['client']>> | null): boolean =>
  found?.ok === true && found.value !== null;
