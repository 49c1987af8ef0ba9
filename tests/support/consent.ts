import { giveConsent } from '../../src/main/demo/consent.ts';
import type { AddAccountRequest } from '../../src/main/app/calsync.ts';
import { ok } from '../../src/shared/result.ts';

/** Takes an account; returns what "shows" a consent page by agreeing there as that account, over HTTP. */
export function consentOver(email: string): NonNullable<AddAccountRequest['show']> {
  return (address) => {
    // Not awaited, because the answer reaches CalSync only after the address has been shown.
    void giveConsent(address, email);
    return Promise.resolve(ok(undefined));
  };
}
