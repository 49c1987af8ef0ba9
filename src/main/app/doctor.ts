import type { DoctorReport } from '../../shared/dto.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { messageFor } from '../../shared/messages.ts';
import { Failures } from '../engine/access.ts';
import { refreshCalendarLists } from '../engine/calendar-lists.ts';
import { prepareDataFolder } from '../platform/index.ts';
import type { Parts } from './parts.ts';

type Check = DoctorReport['checks'][number];

const probeEntry = 'probe' as AccountId;

const fine = (name: string, finding: string): Check => ({ name, state: 'ok', finding, action: null });

const trouble = (name: string, error: AppError, state: 'attention' | 'failed' = 'failed'): Check => {
  const { sentence, action } = messageFor(error);
  return { name, state, finding: sentence, action };
};

/** Looks at everything that syncing stands on and says what it finds; changes no calendar. */
export async function examine(parts: Parts): Promise<DoctorReport> {
  const { store, engine, vault } = parts;
  const checks: Check[] = [];
  const folder = prepareDataFolder(parts.dataFolder);
  checks.push(folder.ok ? fine('Data folder', 'It can be written.') : trouble('Data folder', folder.error));

  const client = await parts.client();
  checks.push(
    client === null ? trouble('Google client', appError('client-missing')) : fine('Google client', 'There is one.'),
  );
  // Opened by the first question, whoever brought the client.
  await vault.read(probeEntry);
  checks.push(
    vault.kind === 'keychain'
      ? fine('Keychain', 'Sign-ins are kept in the keychain.')
      : trouble('Keychain', vault.missing ?? appError('keychain-unavailable'), 'attention'),
  );

  const accounts = store.accounts();
  if (accounts.length === 0) {
    checks.push({
      name: 'Accounts',
      state: 'attention',
      finding: 'None is connected yet.',
      action: 'Add one with `accounts add`.',
    });
  } else if (client !== null) {
    const failures = new Failures();
    await refreshCalendarLists(engine, failures, { always: true, signal: undefined });
    for (const account of accounts) {
      const failure = failures.all.find((error) => error.about === account.email);
      const name = `Account ${account.email}`;
      checks.push(failure === undefined ? fine(name, 'Its calendars can be seen.') : trouble(name, failure));
    }
  }

  const inUse = store.calendars().filter((calendar) => calendar.source || calendar.target);
  const routes = inUse.some((one) => one.source && inUse.some((other) => other.target && other.id !== one.id));
  checks.push(
    routes
      ? fine('Calendars', `${inUse.length} in use.`)
      : trouble('Calendars', appError('too-few-calendars'), 'attention'),
  );
  for (const calendar of inUse) {
    if (calendar.trouble !== null) checks.push(trouble(`Calendar ${calendar.name}`, calendar.trouble));
  }
  const lastRun = store.lastRuns(1)[0];
  const firstError = lastRun?.errors[0];
  if (lastRun === undefined) {
    checks.push({ name: 'Last run', state: 'attention', finding: 'There was none yet.', action: 'Run `sync`.' });
  } else if (firstError !== undefined) checks.push(trouble('Last run', firstError, 'attention'));
  else checks.push(fine('Last run', 'It went well.'));
  return { checks };
}
