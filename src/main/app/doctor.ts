import type { DoctorReport } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { actionOn, checkWords, messageFor, type Surface } from '../../shared/messages.ts';
import { err } from '../../shared/result.ts';
import { Failures } from '../engine/access.ts';
import { refreshCalendarLists } from '../engine/calendar-lists.ts';
import { prepareDataFolder } from '../platform/index.ts';
import type { Parts } from './parts.ts';

type Check = DoctorReport['checks'][number];

const probeEntry = 'probe' as AccountId;

const fine = (name: string, finding: string): Check => ({ name, state: 'ok', finding, action: null });

/**
 * Looks at everything that syncing stands on and says what it finds; changes no calendar. Takes where the person reads
 * the report, because what to do is a button in one place and a command in the other.
 */
export async function examine(parts: Parts, surface: Surface): Promise<DoctorReport> {
  const { store, engine } = parts;
  const checks: Check[] = [];
  const trouble = (name: string, error: AppError, state: 'attention' | 'failed' = 'failed'): Check => {
    const { sentence, action } = messageFor(error, surface);
    return { name, state, finding: sentence, action };
  };
  const { accounts, account, calendars, calendar, client, dataFolder, lastSync } = checkWords;

  const folder = prepareDataFolder(parts.dataFolder);
  checks.push(folder.ok ? fine(dataFolder.name, dataFolder.fine) : trouble(dataFolder.name, folder.error));

  const brought = await parts.client();
  const present = brought.ok && brought.value !== null;
  const missing = brought.ok ? appError('client-missing') : brought.error;
  checks.push(present ? fine(client.name, client.fine) : trouble(client.name, missing));
  checks.push(await examineKeychain(parts, brought.ok ? null : brought.error, trouble));

  checks.push(...(await examineNetwork(parts, surface)));

  const connected = store.accounts();
  if (connected.length === 0) {
    checks.push({
      name: accounts.name,
      state: 'attention',
      finding: accounts.none,
      action: actionOn(surface, accounts.noneAction),
    });
  } else if (present) {
    const unread = await refreshCalendarLists(engine, new Failures(), { always: true, signal: undefined });
    for (const { id, email } of connected) {
      const failure = unread.get(id);
      const name = account.name(email);
      checks.push(failure === undefined ? fine(name, account.fine) : trouble(name, failure));
    }
  }

  const inUse = store.calendars().filter((each) => each.source || each.target);
  const routes = inUse.some((one) => one.source && inUse.some((other) => other.target && other.id !== one.id));
  checks.push(
    routes
      ? fine(calendars.name, calendars.fine(inUse.length))
      : trouble(calendars.name, appError('too-few-calendars'), 'attention'),
  );
  for (const each of inUse) {
    if (each.trouble !== null) checks.push(trouble(calendar.name(each.name), each.trouble));
  }
  const lastRun = store.lastRuns(1)[0];
  const firstError = lastRun?.errors[0];
  if (lastRun === undefined) {
    checks.push({
      name: lastSync.name,
      state: 'attention',
      finding: lastSync.none,
      action: actionOn(surface, lastSync.noneAction),
    });
  } else if (firstError !== undefined) checks.push(trouble(lastSync.name, firstError, 'attention'));
  else checks.push(fine(lastSync.name, lastSync.fine));
  return { checks };
}

/**
 * Takes why the client could not be read, or null; returns what is found of the keychain, which is opened by the first question, whoever
 * brought the client.
 */
async function examineKeychain(
  { vault }: Pick<Parts, 'vault'>,
  unread: AppError | null,
  trouble: (name: string, error: AppError, state?: 'attention' | 'failed') => Check,
): Promise<Check> {
  const { name, fine: finding } = checkWords.keychain;
  // As if something had been kept, because one that is locked answers "nothing" otherwise (`TokenVault.read`); and asked once, because
  // each question may put up a prompt.
  const answer = unread === null ? await vault.read(probeEntry, true) : err(unread);
  if (vault.kind === 'memory') return trouble(name, vault.missing ?? appError('keychain-unavailable'), 'attention');
  return answer.ok ? fine(name, finding) : trouble(name, answer.error);
}

/** Takes the same; returns what is found on the way to Google: the proxy, who signed what answers, and by whom that is judged. */
async function examineNetwork(
  { lookAtNetwork }: Pick<Parts, 'lookAtNetwork'>,
  surface: Surface,
): Promise<readonly Check[]> {
  const words = checkWords.network;
  const { found, authorities } = await lookAtNetwork();
  const { proxy, authority, error } = found;
  const counts = authorities.counts();
  const told = (name: string, wrong: AppError | null, finding: string): Check => {
    if (wrong === null) return fine(name, finding);
    const { sentence, action } = messageFor(wrong, surface);
    return { name, state: 'failed', finding: `${finding} ${sentence}`, action };
  };
  const way = proxy === null ? words.direct : words.through(proxy);
  const isOfCertificate = authority !== null;
  return [
    told(words.way, isOfCertificate ? null : error, way),
    ...(isOfCertificate ? [told(words.certificate, error, words.signedBy(authority))] : []),
    told(words.authorities, authorities.trouble, words.known(counts.system, counts.named)),
  ];
}
