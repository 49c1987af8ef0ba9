import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import { minute, second } from '../../shared/time.ts';
import type { Instant } from '../../shared/time.ts';

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  aud: z.union([z.string(), z.array(z.string()).min(1)]),
  azp: z.string().optional(),
  exp: z.number(),
  iat: z.number().optional(),
  email: z.string().min(1).optional(),
});

/** Who signed in. `email` is null when it was not said. */
export interface Identity {
  readonly sub: string;
  readonly email: string | null;
}

/** Why an id_token is not believed; `offset` is how far its issuer's clock is ahead of ours, where that is why. */
export interface Disbelief {
  readonly why: string;
  readonly offset: number | null;
}

/** How far the clocks of this computer and of Google may differ. */
const clockTolerance = 5 * minute;

/**
 * Takes an id_token that came straight from the token endpoint, our client id, the issuers to trust, and the time.
 * Returns who it names, or in one line why it is not to be believed. The signature is not checked, because the token
 * came over TLS from the issuer itself (OpenID Connect Core §3.1.3.7, item 6); issuer, audience and expiry are
 * (items 2 to 5 and 9).
 */
export function readIdToken(
  idToken: string,
  expected: { readonly clientId: string; readonly issuers: readonly string[]; readonly now: Instant },
): Result<Identity, Disbelief> {
  const claims = claimsSchema.safeParse(decodePayload(idToken));
  if (!claims.success) return err({ why: 'id_token: unreadable', offset: null });
  const { iss, sub, aud, azp, exp, iat, email } = claims.data;
  // It has just been made, so that it says what the time is where it comes from.
  const offset = iat === undefined ? null : iat * second - expected.now;
  const no = (why: string): Result<Identity, Disbelief> => err({ why: `id_token: ${why}`, offset: null });
  const audience = typeof aud === 'string' ? [aud] : aud;
  if (!expected.issuers.includes(iss)) return no('wrong issuer');
  if (!audience.includes(expected.clientId)) return no('wrong audience');
  if (audience.length > 1 && azp === undefined) return no('several audiences without azp');
  // Google names another client of the same project in azp only where an app asks on behalf of a server; we never do.
  if (azp !== undefined && azp !== expected.clientId) return no('wrong azp');
  if (exp * second + clockTolerance <= expected.now) return err({ why: 'id_token: expired', offset });
  return ok({ sub, email: email ?? null });
}

function decodePayload(token: string): unknown {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  try {
    return JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
