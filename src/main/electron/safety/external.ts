import type { AppError } from '../../../shared/errors.ts';
import { appError } from '../../../shared/errors.ts';
import type { HelpLink } from '../../../shared/ipc.ts';
import type { Result } from '../../../shared/result.ts';
import { err, ok } from '../../../shared/result.ts';

/** The pages that the app may send a person to, by the names that a page of ours may ask for. */
export const helpLinks: Readonly<Record<HelpLink, string>> = {
  'console-projects': 'https://console.cloud.google.com/projectcreate',
  'console-enable-api': 'https://console.cloud.google.com/apis/library/calendar-json.googleapis.com',
  'console-consent': 'https://console.cloud.google.com/auth/branding',
  'console-clients': 'https://console.cloud.google.com/auth/clients',
  'console-audience': 'https://console.cloud.google.com/auth/audience',
  'account-permissions': 'https://myaccount.google.com/connections',
};

const listedHosts: ReadonlySet<string> = new Set(Object.values(helpLinks).map((link) => new URL(link).host));

/** Where the sign-in page may be: Google's alone, or also a server on this computer (the simulator). */
export type SignInPlace = { readonly kind: 'google' } | { readonly kind: 'loopback'; readonly port: number | null };

/**
 * Takes an address that nobody has looked at; returns it in its normal form when the app may open it, otherwise null:
 * https on a listed host without user, password or port, because the system would run programs for other kinds
 * (`file:`, `ms-…:`) and a person trusts what an app opens.
 */
export function allowedPage(address: unknown): string | null {
  const url = parse(address);
  return url?.protocol === 'https:' && listedHosts.has(url.host) ? url.href : null;
}

/** Takes the address of a sign-in and where that may be; returns it in its normal form, or null where it is elsewhere. */
export function allowedSignIn(address: unknown, place: SignInPlace): string | null {
  const url = parse(address);
  if (url === null) return null;
  if (place.kind === 'google') {
    return url.protocol === 'https:' && url.host === 'accounts.google.com' ? url.href : null;
  }
  const samePort = place.port === null ? url.port !== '' : url.port === String(place.port);
  return url.protocol === 'http:' && url.hostname === '127.0.0.1' && samePort ? url.href : null;
}

/** Takes the address of the server used instead of Google, or null; returns where a person signs in. */
export function signInPlace(googleUrl: string | null, demo: boolean): SignInPlace {
  if (demo) return { kind: 'loopback', port: null };
  if (googleUrl === null) return { kind: 'google' };
  return { kind: 'loopback', port: Number(new URL(googleUrl).port) };
}

/** Takes an address found good (or null) and the opener; fails with `browser-unavailable`. Never rejects. */
export async function openExternal(
  allowed: string | null,
  open: (address: string) => Promise<void>,
): Promise<Result<void, AppError>> {
  if (allowed === null) return err(appError('browser-unavailable', null, 'not an address that CalSync opens'));
  try {
    await open(allowed);
    return ok(undefined);
  } catch {
    return err(appError('browser-unavailable', null, 'the system opened no browser'));
  }
}

function parse(address: unknown): URL | null {
  if (typeof address !== 'string' || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.username === '' && url.password === '' ? url : null;
}
