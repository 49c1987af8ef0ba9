/** The names of RFC 5545 §3.3.10, Monday first. */
export const weekdayNames = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/**
 * Takes one line of `recurrence`; returns where its value begins: the colon that stands neither in quotes (RFC 5545 §3.2)
 * nor in the name of a zone (`TZID=GMT+02:00`, which not everybody quotes). -1 where there is none.
 */
export function nameEnd(text: string): number {
  let from = 0;
  for (;;) {
    const head = /^(?:[^":]|"[^"]*")*/.exec(text.slice(from))?.[0] ?? '';
    const end = from + head.length;
    const inZone = /TZID=[^;:]*[+-]\d{1,2}$/i.test(head) && /^:[0-5]\d[:;]/.test(text.slice(end, end + 4));
    if (!inZone) return text[end] === ':' ? end : -1;
    from = end + 1;
  }
}

/** More rules than anybody gives one series (RFC 5545 §3.8.5.3 wants one); with more nobody here can tell its dates. */
export const mostRules = 16;

/** Takes the value of an RRULE; returns its parts, with names and values in upper case. */
export function ruleParts(value: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of value.split(';')) {
    const [name, text] = part.split('=', 2);
    if (name !== undefined && text !== undefined) parts.set(name.trim().toUpperCase(), text.trim().toUpperCase());
  }
  return parts;
}

/** The parts of a rule that are lists of numbers, and how far these go to either side of nothing, which is none of them. */
export const numberParts = {
  BYMONTH: { most: 12, negative: false },
  BYWEEKNO: { most: 53, negative: true },
  BYYEARDAY: { most: 366, negative: true },
  BYMONTHDAY: { most: 31, negative: true },
  BYSETPOS: { most: 366, negative: true },
} as const;
export const clockParts = { BYHOUR: 23, BYMINUTE: 59, BYSECOND: 60 } as const;

const plainParts = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY'];

/** The names of the parts that a rule may have here, in the order of RFC 5545. */
export const knownParts: readonly string[] = [...plainParts, ...Object.keys(clockParts), ...Object.keys(numberParts)];

/**
 * Takes the parts of a rule; returns whether one of them changes its meaning in a way that is not known here. RSCALE and
 * SKIP (RFC 7529) do, unless they say what holds without them; a part of somebody's own (`X-…`) says nothing.
 */
export function hasUnknownMeaning(parts: ReadonlyMap<string, string>): boolean {
  for (const [name, text] of parts) {
    if (knownParts.includes(name) || name.startsWith('X-')) continue;
    if (name === 'RSCALE' && text === 'GREGORIAN') continue;
    if (name === 'SKIP' && text === 'OMIT') continue;
    return true;
  }
  return false;
}
