import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { appError, type AppError } from '../../shared/errors.ts';
import type { Environment } from './proxies.ts';

/** The certificate authorities by which services are judged. */
export interface Authorities {
  /** How many more than those that Node brings along: of the system, and of the file that is named. */
  readonly counts: () => { readonly system: number; readonly named: number };
  /** Why the file that is named could not be used (`authorities-unreadable`), or null. */
  readonly trouble: AppError | null;
  /** What connections are made with; put together once, because reading hundreds of certificates takes a moment. */
  readonly context: () => tls.SecureContext;
}

/** Where systems keep all authorities in one file: Debian, Red Hat, SUSE, Alpine and macOS. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Takes the text of a file; returns the certificates in it that can be read, each once. */
function certificatesIn(text: string): readonly string[] {
  const found = text.match(
    /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g,
  );
  return [...new Set(found ?? [])].filter((one) => {
    try {
      return new X509Certificate(one).fingerprint256 !== '';
    } catch {
      return false;
    }
  });
}

function fileOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * Takes Node's own way of asking the system, which a Node before 22.15 lacks, and the files in which systems keep their authorities;
 * returns the system's.
 */
export function systemAuthorities(
  { getCACertificates }: { readonly getCACertificates?: (kind: 'system') => readonly string[] },
  bundles: readonly string[],
): readonly string[] {
  try {
    if (getCACertificates !== undefined) return getCACertificates('system');
  } catch {
    // What it would say is no help to anybody; the file may do.
  }
  for (const path of bundles) {
    const text = fileOf(path);
    if (text !== null) return certificatesIn(text);
  }
  return [];
}

/**
 * Takes the environment; returns the authorities that Node brings along, the system's, and those of the file that
 * `CALSYNC_EXTRA_CA_CERTS` names, or else `NODE_EXTRA_CA_CERTS`. A name of our own, because a packaged Electron takes Node's out of
 * the environment before anything of ours runs (the fuse of `NODE_OPTIONS`). A file that cannot be read is told.
 */
export function readAuthorities(env: Environment): Authorities {
  const path = [env['CALSYNC_EXTRA_CA_CERTS'], env['NODE_EXTRA_CA_CERTS']].find((one) => (one ?? '') !== '') ?? '';
  const text = path === '' ? '' : fileOf(path);
  const named = certificatesIn(text ?? '');
  let system: readonly string[] | null = null;
  let context: tls.SecureContext | null = null;
  const ofSystem = (): readonly string[] => (system ??= systemAuthorities(tls, systemBundles));
  return {
    counts: () => ({ system: ofSystem().length, named: named.length }),
    trouble:
      path === '' || named.length > 0
        ? null
        : appError('authorities-unreadable', path, text === null ? 'not readable' : 'no certificate in it'),
    context: () =>
      (context ??= tls.createSecureContext({ ca: [...new Set([...tls.rootCertificates, ...ofSystem(), ...named])] })),
  };
}
