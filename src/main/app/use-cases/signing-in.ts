import type { ClientView, Status } from '../../../shared/dto.ts';
import { appError, type AppError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { Failures } from '../../engine/access.ts';
import { refreshCalendarLists } from '../../engine/calendar-lists.ts';
import { accountView, moment } from '../../engine/status.ts';
import { parseClientFile } from '../../oauth/index.ts';
import type { AccountRecord } from '../../ports/store.ts';
import type { OAuthClient, SignedIn } from '../../ports/tokens.ts';
import type { AddAccountRequest, CalSync } from '../calsync.ts';
import type { Parts } from '../parts.ts';
import { keepClient } from '../vault.ts';
import type { Live } from './live.ts';
import { broughtClient, type Work } from './work.ts';

type SigningIn = Pick<
  CalSync,
  | 'addAccount'
  | 'reconnectAccount'
  | 'openInBrowser'
  | 'cancelSignIn'
  | 'openSignInAgain'
  | 'oauthClient'
  | 'saveOAuthClient'
>;

/** Takes all parts; returns what a person can ask about signing in, and about the client that they bring for it. */
export function signingIn(parts: Parts, live: Live, work: Work): SigningIn {
  const { store, clock } = parts;

  const waitingFor = (): Status['signIn'] => live.facts.signIn;
  const tellSignIn = (next: Status['signIn']): void => {
    if (live.facts.signIn === null && next === null) return;
    live.facts.signIn = next;
    live.tell();
  };
  /** Opens the page of a sign-in. One that no browser shows goes on waiting, because the person can open it themselves. */
  const showSignIn = async (address: string): Promise<Result<void, AppError>> => {
    const waiting = { since: moment(clock.now()), address };
    tellSignIn({ ...waiting, opened: 'asked' });
    const opened = await parts.host.openUrl(address);
    if (waitingFor()?.address === address) tellSignIn({ ...waiting, opened: opened.ok ? 'opened' : 'failed' });
    return ok(undefined);
  };

  /** One sign-in at a time; a new one takes the place of one that still waits for the browser. */
  let newest = new AbortController();
  const signIn = async (request: AddAccountRequest, expected?: AccountRecord): ReturnType<CalSync['addAccount']> => {
    newest.abort();
    const current = new AbortController();
    newest = current;
    const signals = [current.signal, work.closing, ...(request.signal === undefined ? [] : [request.signal])];
    const signal = AbortSignal.any(signals);
    // Outside of the queue, because whoever walks away from the browser would otherwise hold up every sync meanwhile.
    const consented = await consent(
      parts,
      { ...request, show: request.show ?? showSignIn, signal },
      expected,
      work.closing,
    );
    // Another one that has taken its place is not over.
    if (newest === current) tellSignIn(null);
    if (!consented.ok) return consented;
    return work.exclusiveStoring(async () => {
      if (signal.aborted) return err(appError('sign-in-interrupted'));
      const added = await keepAccount(parts, consented.value, signal);
      live.changed();
      if (added.ok) live.request('account');
      return added;
    });
  };

  return {
    addAccount: (request) => {
      const hint = request.loginHint?.trim().toLowerCase();
      const known = store.accounts().find((account) => account.email.toLowerCase() === hint);
      return signIn(request, known);
    },
    reconnectAccount: (id, request = {}) => {
      const account = store.accounts().find((one) => one.id === id);
      if (account === undefined) return Promise.resolve(err(appError('account-unknown')));
      return signIn({ ...request, loginHint: account.email }, account);
    },
    openInBrowser: (address) => parts.host.openUrl(address),
    cancelSignIn: () => newest.abort(),
    openSignInAgain: async () => {
      const asked = waitingFor();
      if (asked === null) return err(appError('sign-in-interrupted'));
      const { address, ...waiting } = asked;
      const opened = await parts.host.openUrl(address);
      // It may have ended while the browser opened.
      if (waitingFor()?.address === address) {
        tellSignIn({ ...waiting, address, opened: opened.ok ? 'opened' : 'failed' });
      }
      return opened.ok ? ok(null) : opened;
    },
    oauthClient: async () => {
      const client = await parts.client();
      return client.ok ? ok(clientView(client.value)) : client;
    },
    saveOAuthClient: async (text, fileName) => {
      const parsed = parseClientFile(text, fileName);
      if (!parsed.ok) return parsed;
      const kept = await parts.setClient(parsed.value);
      if (!kept.ok) return kept;
      live.changed();
      return ok(clientView(parsed.value));
    },
  };
}

/** The last characters of the part of a client id that differs: enough to know it by. */
function clientView(client: OAuthClient | null): ClientView {
  const name = client?.clientId.split('.')[0] ?? '';
  return { present: client !== null, idEnding: client === null ? null : name.slice(-6) };
}

/** What a consent came to, and the client that it was given to. */
interface Consented {
  readonly client: OAuthClient;
  readonly signedIn: SignedIn;
}

/** Waits for the person in the browser; stores nothing. */
async function consent(
  parts: Parts,
  request: AddAccountRequest,
  expected: AccountRecord | undefined,
  ending: AbortSignal,
): Promise<Result<Consented, AppError>> {
  const brought = await broughtClient(parts);
  if (!brought.ok) return brought;
  const client = brought.value;
  const signedIn = await parts.signIn.signIn({
    show: request.show ?? ((address) => parts.host.openUrl(address)),
    loginHint: request.loginHint ?? null,
    expected: expected === undefined ? null : { accountId: expected.id, email: expected.email },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ending,
  });
  return signedIn.ok ? ok({ client, signedIn: signedIn.value }) : signedIn;
}

/** Keeps what a consent came to, and reads the list of the account's calendars. */
async function keepAccount(
  parts: Parts,
  { client, signedIn }: Consented,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<CalSync['addAccount']>>> {
  const { store, clock, engine } = parts;
  const { provider, accountId, email, scopes, refreshToken, accessToken, signInEndsAt } = signedIn;
  const kept = await parts.vault.write(accountId, refreshToken);
  if (!kept.ok) return kept;
  const keptClient = await keepClient(parts.vault, client);
  if (!keptClient.ok) return keptClient;
  parts.tokens.remember(accountId, accessToken);
  const known = store.accounts().find((account) => account.id === accountId);
  const account = {
    id: accountId,
    provider,
    email,
    scopes,
    addedAt: known?.addedAt ?? clock.now(),
    state: 'connected' as const,
    restingUntil: null,
    signInEndsAt,
    listedAt: null,
    heldBy: parts.vault.kind === 'memory' && (parts.vault.endsHere?.(accountId) ?? true) ? engine.holder : null,
  };
  store.saveAccount(account);
  // Whoever connects an account again wants it, whatever had become of its removal.
  store.dropUndertaking({ kind: 'remove-account', accountId });
  const failure = (await refreshCalendarLists(engine, new Failures(), { always: false, signal })).get(accountId);
  return failure === undefined ? ok(accountView(account)) : err(failure);
}
