import type { AccountStore } from './store/accounts.ts';
import type { AddressStore } from './store/addresses.ts';
import type { BlockStore } from './store/blocks.ts';
import type { CalendarStore } from './store/calendars.ts';
import type { DatabaseStore } from './store/database.ts';
import type { GuardStore } from './store/guards.ts';
import type { JournalStore } from './store/journal.ts';
import type { LeaseStore } from './store/leases.ts';
import type { PlanStore } from './store/planning.ts';
import type { ReadStore } from './store/reading.ts';
import type { RecordStore } from './store/recording.ts';
import type { SearchStore } from './store/searching.ts';
import type { SettingsStore } from './store/settings.ts';
import type { UndertakingStore } from './store/undertakings.ts';
import type { UndoStore } from './store/undo.ts';

export type * from './store/accounts.ts';
export type * from './store/addresses.ts';
export type * from './store/blocks.ts';
export type * from './store/calendars.ts';
export type * from './store/database.ts';
export type * from './store/guards.ts';
export type * from './store/journal.ts';
export type * from './store/leases.ts';
export type * from './store/planning.ts';
export type * from './store/reading.ts';
export type * from './store/recording.ts';
export type * from './store/searching.ts';
export type * from './store/settings.ts';
export type * from './store/undertakings.ts';
export type * from './store/undo.ts';

/**
 * All that CalSync remembers between runs. Everything in it but settings and mutes can be won back from the calendars.
 * Methods throw only when the disk fails. No secret is ever in it.
 */
export interface Store
  extends
    AccountStore,
    CalendarStore,
    AddressStore,
    ReadStore,
    PlanStore,
    BlockStore,
    RecordStore,
    UndertakingStore,
    SearchStore,
    GuardStore,
    UndoStore,
    JournalStore,
    SettingsStore,
    LeaseStore,
    DatabaseStore {}
