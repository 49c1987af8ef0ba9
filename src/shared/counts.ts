const format = new Intl.NumberFormat();

/** Takes a number of things; returns it as a person reads it: with the separators of their locale. */
export const number = (value: number): string => format.format(value);
