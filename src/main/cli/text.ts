import { number } from '../../shared/counts.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Control characters and direction overrides, because the name of a calendar is somebody else's text and a terminal obeys it; and
 * what nobody sees, because two names must not look alike or carry something unseen. The joiners U+200C and U+200D stay: Persian
 * words and emoji are written with them.
 */
const unsafe =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Takes text that came from a calendar; returns it fit for a terminal, on one line and without control characters. */
export function clean(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(unsafe, '\ufffd');
}

/** Takes a value; returns it as one line of JSON in which no character can steer a terminal. */
export function jsonLine(value: unknown): string {
  // JSON.stringify escapes the first 32 control characters only.
  return JSON.stringify(value).replace(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

const invisible = /^[\p{Cf}\p{Mn}\p{Me}\p{Cc}]+$/u;
const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}{2}|\u20e3/u;

/** Wide and fullwidth blocks of UAX #11 (East Asian Width), as far as names of calendars are written in them. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  if (emoji.test(grapheme)) return 2;
  const point = grapheme.codePointAt(0) ?? 0;
  return wideRanges.some(([from, to]) => point >= from && point <= to) ? 2 : 1;
}

/** Takes clean text; returns how many columns a terminal gives it (wide characters and emoji take two). */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Takes clean text and a number of columns; returns it no wider, with `…` in its middle where something is left out. */
export function truncateMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns <= 1) return columns === 1 ? '…' : '';
  const parts = Array.from(graphemes.segment(text), ({ segment }) => ({ segment, width: graphemeWidth(segment) }));
  const room = columns - 1;
  const take = (from: typeof parts, limit: number): string[] => {
    const taken: string[] = [];
    let used = 0;
    for (const part of from) {
      if (used + part.width > limit) break;
      taken.push(part.segment);
      used += part.width;
    }
    return taken;
  };
  const head = take(parts, Math.ceil(room / 2)).join('');
  const tail = take(parts.toReversed(), room - displayWidth(head))
    .toReversed()
    .join('');
  return `${head}…${tail}`;
}

/** Takes text and a number of columns; returns it filled with spaces up to that width. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/** A column of a table: `number` stands on the right, `long` is shortened first when the terminal is too narrow. */
export interface Column {
  readonly title: string;
  readonly kind?: 'text' | 'number' | 'long';
}

/**
 * Takes columns, rows of clean text and the width of the terminal (null: as wide as it needs, because a program reads
 * it); returns the lines, heading first.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminalColumns: number | null,
): readonly string[] {
  const gap = 2;
  const leastLong = 10;
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  if (terminalColumns !== null) {
    const total = (): number => widths.reduce((sum, width) => sum + width, 0) + gap * (columns.length - 1);
    while (total() > terminalColumns) {
      // The widest goes first, so that a short name is not cut for the sake of a long address.
      let widest = -1;
      for (const [index, column] of columns.entries()) {
        const width = widths[index] ?? 0;
        if (column.kind === 'long' && width > leastLong && width > (widths[widest] ?? 0)) widest = index;
      }
      if (widest < 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const width = widths[index] ?? 0;
        const cell = truncateMiddle(cells[index] ?? '', width);
        return column.kind === 'number' ? padStart(cell, width) : padEnd(cell, width);
      })
      .join(' '.repeat(gap))
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map(line)];
}

/** Takes a count and a noun (with its plural where `s` is not enough); returns `1 block`, `2 blocks`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${number(count)} ${count === 1 ? noun : plural}`;
}

/** Takes parts of a sentence; returns `a`, `a and b`, or `a, b and c`. */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1);
  if (last === undefined) return '';
  return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/** Takes a sentence without its capital; returns it with one. */
export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
