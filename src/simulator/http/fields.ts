/** A parsed `fields` mask: a field and what is wanted of it; an empty map means all of it. */
export type Mask = Map<string, Mask>;

/**
 * Parses the partial-response syntax: `a,b`, `a/b`, `a(b,c)`, `*`, in any nesting.
 * Returns undefined when the text does not follow it.
 */
export function parseMask(text: string): Mask | undefined {
  const cursor = { position: 0 };
  const mask = parseList(text, cursor);
  return mask !== undefined && cursor.position === text.length ? mask : undefined;
}

function parseList(text: string, cursor: { position: number }): Mask | undefined {
  const mask: Mask = new Map();
  for (;;) {
    const path: string[] = [];
    for (;;) {
      const name = /^\s*([A-Za-z0-9_.-]+|\*)\s*/.exec(text.slice(cursor.position));
      if (name === null) return undefined;
      path.push(name[1] ?? '');
      cursor.position += name[0].length;
      if (text.charAt(cursor.position) !== '/') break;
      cursor.position += 1;
    }
    let inner: Mask = new Map();
    if (text.charAt(cursor.position) === '(') {
      cursor.position += 1;
      const parsed = parseList(text, cursor);
      if (parsed === undefined || text.charAt(cursor.position) !== ')') return undefined;
      inner = parsed;
      cursor.position += 1;
    }
    merge(mask, path, inner);
    if (text.charAt(cursor.position) !== ',') return mask;
    cursor.position += 1;
  }
}

function merge(mask: Mask, path: readonly string[], inner: Mask): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  const existing = mask.get(name);
  const whole = rest.length === 0 && inner.size === 0;
  if (whole || (existing !== undefined && existing.size === 0)) {
    mask.set(name, new Map());
    return;
  }
  const next: Mask = existing ?? new Map<string, Mask>();
  mask.set(name, next);
  if (rest.length > 0) merge(next, rest, inner);
  else for (const [key, value] of inner) merge(next, [key], value);
}

/** Keeps of a value what a mask asks for; arrays are masked row by row. */
export function applyMask(mask: Mask, value: unknown): unknown {
  if (mask.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => applyMask(mask, item));
  const every = mask.get('*');
  const kept: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const inner = mask.get(key) ?? every;
    if (inner !== undefined) kept[key] = applyMask(inner, item);
  }
  return kept;
}
