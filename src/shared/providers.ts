interface ProviderFacts {
  /** What people call it. */
  readonly name: string;
  /** What stands before its ids of accounts and calendars: none of another provider begins so. */
  readonly idPrefix: string;
}

/**
 * Every provider, by the name that is stored with an account. Each has a folder in `src/main/providers`. Google's ids are as Google gives
 * them, because blocks are named by them, and all that stand would be nobody's.
 */
export const providers = {
  google: { name: 'Google', idPrefix: '' },
} as const satisfies Readonly<Record<string, ProviderFacts>>;

export type ProviderId = keyof typeof providers;

/**
 * Takes a provider, and what it calls an account or a calendar; returns the id of that here. What two providers call alike are two
 * things, so that an id tells its provider.
 */
export function idAt(provider: ProviderId, name: string): string {
  const { idPrefix }: ProviderFacts = providers[provider];
  return `${idPrefix}${name}`;
}
