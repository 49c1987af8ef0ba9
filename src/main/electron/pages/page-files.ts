import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Protocol } from 'electron';
import { pageMediaTypes } from '../../../shared/page-files.ts';

/** Where the pages of the app live. */
export const pageOrigin = 'app://calsync';

/** A page needs nothing but its own files and the bridge, so all else is refused, the network with it. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Takes the folder of the built pages; returns their paths with `/` between parts, those of other kinds left out. */
export function listPageFiles(folder: string): ReadonlySet<string> {
  const list = (below: string): string[] =>
    readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return list(path);
      return entry.isFile() && pageMediaTypes.has(extname(entry.name)) ? [path] : [];
    });
  return new Set(list(''));
}

/**
 * Takes an address that a page asked for and the files that there are; returns the one it means, or null. Only a name
 * on the list is ever read, so that no way of writing `..` reaches another file of this computer.
 */
export function pageFile(address: string, files: ReadonlySet<string>): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'app:' || url.host !== 'calsync' || url.username !== '' || url.password !== '') return null;
  const path = url.pathname.slice(1);
  return files.has(path) ? path : null;
}

/** Takes Electron's protocol module and the folder of the built pages; serves `app://calsync/…` from it. */
export function servePages(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  const files = listPageFiles(folder);
  protocol.handle('app', (request) => {
    const path = request.method === 'GET' ? pageFile(request.url, files) : null;
    if (path === null) return new Response(null, { status: 404, headers: pageHeaders });
    return new Response(readFileSync(join(folder, path)), {
      headers: { ...pageHeaders, 'Content-Type': pageMediaTypes.get(extname(path)) ?? 'application/octet-stream' },
    });
  });
}
