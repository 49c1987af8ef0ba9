import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { CalendarId, EventId, SourceRef } from '../../shared/ids.ts';

const digits = Uint8Array.from('0123456789abcdefghijklmnopqrstuv', (digit) => digit.charCodeAt(0));

/**
 * Room to hash and spell in. Nothing of it outlives a call; made anew for each of the half million ids of a large plan,
 * it would be most of the plan's time and memory.
 */
const room = {
  untouched: sha256.create(),
  hasher: sha256.create(),
  input: new Uint8Array(512),
  /** The first so many bytes of `input`, by their number. */
  inputs: new Array<Uint8Array | undefined>(513).fill(undefined),
  output: new Uint8Array(32),
  codes: new Array<number>(),
};

/**
 * Takes bytes, returns base32hex (RFC 4648 §7) in lower case without padding, behind a prefix if one is given: the
 * alphabet that ids of events have (google-calendar.md §0.8).
 */
export function base32hex(bytes: Uint8Array, prefix = ''): string {
  const { codes } = room;
  codes.length = prefix.length + Math.ceil((bytes.length * 8) / 5);
  let next = 0;
  for (; next < prefix.length; next += 1) codes[next] = prefix.charCodeAt(next);
  let buffer = 0;
  let bits = 0;
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

/** Takes any text, returns it in UTF-8. Most texts here are ASCII, where the general way takes several times as long. */
function bytesOf(text: string): Uint8Array {
  const { input, inputs } = room;
  if (text.length > input.length) return utf8ToBytes(text);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 127) return utf8ToBytes(text);
    input[index] = code;
  }
  return (inputs[text.length] ??= input.subarray(0, text.length));
}

/** Takes any text, returns the base32hex form of its SHA-256, 52 characters of `[0-9a-v]`, behind a prefix if one is given. */
export function digest(text: string, prefix = ''): string {
  room.untouched._cloneInto(room.hasher).update(bytesOf(text)).digestInto(room.output);
  return base32hex(room.output, prefix);
}

/**
 * Takes the calendar and the id of a source event; returns its name in tags. Nothing of the install goes in, because two
 * computers must derive the same, otherwise each would put its own block (design.md, "Identity and ownership").
 */
export function sourceRef(calendarId: CalendarId, eventId: EventId): SourceRef {
  return digest(`calsync/1|source|${calendarId}|${eventId}`).slice(0, 26) as SourceRef;
}

/**
 * Takes a source ref, the target calendar and a generation; returns the id of the block, legal for client-chosen ids
 * (`[0-9a-v]{5,1024}`, google-calendar.md §0.8).
 */
export function blockId(ref: SourceRef, targetId: CalendarId, generation: number): EventId {
  return digest(`calsync/1|block|${ref}|${targetId}|${String(generation)}`, 'cs') as EventId;
}
