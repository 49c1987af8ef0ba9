import type { CalendarId } from '../../shared/ids.ts';
import { ok } from '../../shared/result.ts';
import type { CalendarListing, CalendarProvider, ProviderCall } from '../ports/provider.ts';
import type { AddressStore } from '../ports/store.ts';

/**
 * Takes a provider and the store; returns the provider with calendars called by the ids that are stored, whatever address
 * the service calls them by now (ADR 0031). Identity is made of the id, so that nothing else need know of addresses.
 */
export function withAddresses(provider: CalendarProvider, store: AddressStore): CalendarProvider {
  const addressOf = (id: CalendarId): CalendarId => store.addresses().get(id) ?? id;
  return {
    clockOffset: () => provider.clockOffset(),
    readsAtOnce: (accountId) => provider.readsAtOnce(accountId),
    listCalendars: async (accountId, signal) => {
      const listed = await provider.listCalendars(accountId, signal);
      return listed.ok ? ok(byId(listed.value, store)) : listed;
    },
    readEvents: async (accountId, email, calendarId, position, signal) => {
      const page = await provider.readEvents(accountId, email, addressOf(calendarId), position, signal);
      if (!page.ok) return page;
      const ids = idsByAddress(store);
      return ok({ ...page.value, ofOthers: page.value.ofOthers.map((name) => ids.get(name) ?? name) });
    },
    look: (accountId, looks, signal) => provider.look(accountId, addressed(looks, store), signal),
    write: (accountId, writes, signal) => {
      if (store.addresses().size === 0) return provider.write(accountId, writes, signal);
      const sent = writes.map(({ whole, slots }) => ({
        whole: whole === null ? null : (addressed([whole], store)[0] ?? whole),
        slots: addressed(slots, store),
      }));
      return provider.write(accountId, sent, signal);
    },
    findTagged: (accountId, calendarId, ...rest) => provider.findTagged(accountId, addressOf(calendarId), ...rest),
    findDeleted: (accountId, calendarId, ...rest) => provider.findDeleted(accountId, addressOf(calendarId), ...rest),
  };
}

/** Takes calls by the ids that are stored; returns them by what the service calls their calendars now. */
function addressed<One extends ProviderCall>(calls: readonly One[], store: AddressStore): readonly One[] {
  const addresses = store.addresses();
  if (addresses.size === 0) return calls;
  return calls.map((call) => ({ ...call, calendarId: addresses.get(call.calendarId) ?? call.calendarId }));
}

function idsByAddress(store: AddressStore): ReadonlyMap<string, CalendarId> {
  return new Map([...store.addresses()].map(([id, address]) => [address, id]));
}

/**
 * Takes a list as the service gives it; returns it by the ids that are stored. A main calendar that is listed by its first
 * id again has got that address back. Listed by both, it is one calendar all the same.
 */
function byId(listed: readonly CalendarListing[], store: AddressStore): readonly CalendarListing[] {
  const addresses = store.addresses();
  if (addresses.size === 0) return listed;
  for (const { id, primary } of listed) if (primary && addresses.has(id)) store.setAddress(id, id);
  const ids = idsByAddress(store);
  const named = listed.map((listing) => ({ ...listing, id: ids.get(listing.id) ?? listing.id }));
  return named.filter(({ id }, index) => {
    const isFormer = listed[index]?.id === id && store.addresses().has(id);
    return !isFormer || !named.some((one, other) => other !== index && one.id === id);
  });
}
