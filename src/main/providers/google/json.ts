/** What a body says. */
export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  /** No JSON at all: HTML, empty, cut short; or nested as no answer of Google is. */
  | { readonly kind: 'none' }
  /** More values than one answer is read for. */
  | { readonly kind: 'too-much' };

/** Google nests six deep; a parser takes a minute for what is nested as deep as 32 MB can be (RFC 8259 §9 lets us refuse it). */
const deepest = 32;

/** Values of one answer: a page of 2500 rows with 25 guests each has 400,000. Beyond, checking them takes seconds. */
const mostValues = 500_000;

const quote = 34;
const comma = 44;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** Takes a body; returns what it says, or why that is not looked at. Never slower than a look at each of its characters. */
export function readJson(body: string): JsonBody {
  const excess = excessOf(body);
  if (excess !== null) return { kind: excess };
  try {
    return { kind: 'json', value: JSON.parse(body) as unknown };
  } catch {
    return { kind: 'none' };
  }
}

/** Takes a body; returns what it says, or undefined when it is no JSON or too much of it. */
export function parseJson(body: string): unknown {
  const read = readJson(body);
  return read.kind === 'json' ? read.value : undefined;
}

/** Counts before anything is parsed, because a parser cannot be told where to stop. */
function excessOf(body: string): 'none' | 'too-much' | null {
  let depth = 0;
  let values = 0;
  for (let index = 0; index < body.length; index += 1) {
    switch (body.charCodeAt(index)) {
      case quote:
        index = endOfString(body, index);
        break;
      case openBracket:
      case openBrace:
        depth += 1;
        values += 1;
        if (depth > deepest) return 'none';
        break;
      case closeBracket:
      case closeBrace:
        depth -= 1;
        break;
      case comma:
        values += 1;
        break;
    }
    if (values > mostValues) return 'too-much';
  }
  return null;
}

/** Takes where a string begins; returns where it ends, or the end of the body. */
function endOfString(body: string, begin: number): number {
  for (let index = begin + 1; index < body.length; index += 1) {
    const code = body.charCodeAt(index);
    if (code === quote) return index;
    if (code === backslash) index += 1;
  }
  return body.length;
}
