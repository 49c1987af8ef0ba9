/** Takes a number, returns it with the separators of the person's locale. */
export const number = (value: number): string => new Intl.NumberFormat().format(value);

/** Takes a count and the two forms of a word, returns "1 block" or "12 blocks". */
export const counted = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** Takes names, returns them in one phrase: "Monday, Tuesday and Friday". */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
