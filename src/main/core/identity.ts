import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { CalendarId, EventId, SourceRef } from '../../shared/ids.ts';

const digits = Uint8Array.from('0123456789abcdefghijklmnopqrstuv', (digit) => digit.charCodeAt(0));

/** Takes bytes, returns base32hex (RFC 4648 §7) in lower case without padding: the alphabet of Google's event ids. */
export function base32hex(bytes: Uint8Array): string {
  const codes = new Array<number>(Math.ceil((bytes.length * 8) / 5));
  let buffer = 0;
  let bits = 0;
  let next = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      codes[next] = digits[(buffer >>> bits) & 31] ?? 0;
      next += 1;
    }
  }
  if (bits > 0) codes[next] = digits[(buffer << (5 - bits)) & 31] ?? 0;
  // One flat string: joined piece by piece, each of half a million ids would be a chain of fifty.
  return String.fromCharCode(...codes);
}

/** Takes any text, returns the base32hex form of its SHA-256: 52 characters of `[0-9a-v]`. */
export function digest(text: string): string {
  return base32hex(sha256(utf8ToBytes(text)));
}

/**
 * Takes the calendar and the id of a source event; returns its name in tags. Nothing of the install goes in, because two
 * computers must derive the same, otherwise each would put its own block (DESIGN, "Identity and ownership").
 */
export function sourceRef(calendarId: CalendarId, eventId: EventId): SourceRef {
  return digest(`calsync/1|source|${calendarId}|${eventId}`).slice(0, 26) as SourceRef;
}

/**
 * Takes a source ref, the target calendar and a generation; returns the id of the block, legal for client-chosen ids
 * (`[0-9a-v]{5,1024}`, reference §0.8).
 */
export function blockId(ref: SourceRef, targetId: CalendarId, generation: number): EventId {
  return `cs${digest(`calsync/1|block|${ref}|${targetId}|${String(generation)}`)}` as EventId;
}
