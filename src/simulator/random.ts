import { createHash } from 'node:crypto';

const ALPHABET = '0123456789abcdefghijklmnopqrstuv';

/** Lower-case base32hex without padding (RFC 4648 §7), the alphabet of Google's event ids. */
export function base32hex(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((buffer >> bits) & 31);
    }
  }
  return bits > 0 ? text + ALPHABET.charAt((buffer << (5 - bits)) & 31) : text;
}

/** SHA-256 of a text in UTF-8. */
export function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** Chance with a seed: the same seed gives the same ids and tokens in the same order. */
export class SeededSource {
  readonly #seed: string;
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  #next(): Uint8Array {
    this.#counter += 1;
    return sha256(`calsync-simulator|${this.#seed}|${this.#counter}`);
  }

  /** 26 characters of base32hex, as the service makes event ids. */
  eventId(): string {
    return base32hex(this.#next()).slice(0, 26);
  }

  /** An unguessable-looking token with a prefix, 43 base64url characters long after it. */
  token(prefix: string): string {
    return prefix + Buffer.from(this.#next()).toString('base64url');
  }

  /** Decimal digits, as in an account's `sub`. */
  digits(count: number): string {
    return Array.from(this.#next().subarray(0, count), (byte) => String(byte % 10)).join('');
  }
}
