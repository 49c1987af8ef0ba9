import { appError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import { err } from '../../shared/result.ts';
import type { ProviderId } from '../../shared/providers.ts';
import type { BlockReply, BlockWrite, CalendarProvider, ProviderFailure } from '../ports/provider.ts';

/** One adapter for each service: a new one is a line here (`app/compose.ts`). */
export type Registry = Readonly<Record<ProviderId, CalendarProvider>>;

const unknown: ProviderFailure = { kind: 'sign-in-needed', error: appError('needs-sign-in') };

/**
 * Takes the adapters and what says of which provider an account is, null where there is no such account; returns them as one
 * provider, so that nothing else need ask. What is asked through an account that is gone fails as one that has to sign in.
 */
export function createProviders(
  registry: Registry,
  providerIdOf: (accountId: AccountId) => ProviderId | null,
): CalendarProvider {
  const providerOf = (accountId: AccountId): CalendarProvider | null => {
    const id = providerIdOf(accountId);
    return id === null ? null : registry[id];
  };
  return {
    // The least of them: that this computer's clock is right where one service thinks so is likelier than that it errs with both.
    clockOffset: () =>
      Object.values(registry)
        .flatMap((provider) => provider.clockOffset() ?? [])
        .sort((one, other) => Math.abs(one) - Math.abs(other))[0] ?? null,
    readsAtOnce: (accountId) => providerOf(accountId)?.readsAtOnce(accountId) ?? 1,
    listCalendars: async (accountId, ...rest) =>
      (await providerOf(accountId)?.listCalendars(accountId, ...rest)) ?? err(unknown),
    readEvents: async (accountId, ...rest) =>
      (await providerOf(accountId)?.readEvents(accountId, ...rest)) ?? err(unknown),
    look: async (accountId, looks, ...rest) =>
      (await providerOf(accountId)?.look(accountId, looks, ...rest)) ?? looks.map(() => err(unknown)),
    write: async (accountId, writes, ...rest) =>
      (await providerOf(accountId)?.write(accountId, writes, ...rest)) ?? writes.map(unwritten),
    findTagged: async (accountId, ...rest) =>
      (await providerOf(accountId)?.findTagged(accountId, ...rest)) ?? err(unknown),
    findDeleted: async (accountId, ...rest) =>
      (await providerOf(accountId)?.findDeleted(accountId, ...rest)) ?? err(unknown),
  };
}

const unwritten = ({ whole, slots }: BlockWrite): BlockReply => ({
  whole: whole === null ? null : err(unknown),
  slots: slots.map(() => err(unknown)),
});
