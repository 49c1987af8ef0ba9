import type { AccountState } from '../../../shared/dto.ts';
import type { AccountId } from '../../../shared/ids.ts';
import type { ProviderId } from '../../../shared/providers.ts';
import type { Instant } from '../../../shared/time.ts';

export interface AccountRecord {
  readonly id: AccountId;
  readonly provider: ProviderId;
  readonly email: string;
  readonly scopes: readonly string[];
  readonly addedAt: Instant;
  /** `resting` until `restingUntil`: the provider's hours-long limit. */
  readonly state: AccountState;
  readonly restingUntil: Instant | null;
  readonly signInEndsAt: Instant | null;
  /** When the list of its calendars was last read, or null. */
  readonly listedAt: Instant | null;
  /** The name of the process that holds its sign-in, because no keychain took it; null where it is in the keychain. */
  readonly heldBy: string | null;
}

/** Who is signed in. */
export interface AccountStore {
  accounts(): readonly AccountRecord[];
  /** Returns the accounts whose own main calendar is only offered: the person has not said yes to them. */
  offeredAccounts(): ReadonlySet<AccountId>;
  saveAccount(account: AccountRecord): void;
  /** Removes an account and the calendars that only it lists, with all their rows, and ends its removal that is under way. */
  removeAccount(id: AccountId): void;
}
