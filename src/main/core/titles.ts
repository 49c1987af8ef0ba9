/** Answers whether a title is one that does not count. */
export type TitleTest = (title: string | null) => boolean;

/** Longer titles are looked at up to here, because the time that a pattern takes must stay bounded. */
const longest = 1000;

const folded = (text: string): readonly string[] => Array.from(text.normalize('NFC').toLowerCase());

/**
 * Takes the person's list of titles that do not count: patterns with `*` (any characters) and `?` (one), one a line or
 * parted by commas. Returns what tells whether a whole title matches one of them, whatever the case. An empty list
 * matches nothing. There are no regular expressions: no pattern takes more than its length times that of the title.
 */
export function titleTestOf(list: string): TitleTest {
  const patterns = list
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(folded);
  if (patterns.length === 0) return () => false;
  return (title) => {
    const text = folded((title ?? '').trim().slice(0, longest));
    return patterns.some((pattern) => matches(pattern, text));
  };
}

/** Goes back to the last `*` only: an earlier one could take nothing that the last one cannot. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let starText = 0;
  while (inText < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern;
      starText = inText;
      inPattern += 1;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[inText])) {
      inPattern += 1;
      inText += 1;
    } else if (star >= 0) {
      inPattern = star + 1;
      starText += 1;
      inText = starText;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}
