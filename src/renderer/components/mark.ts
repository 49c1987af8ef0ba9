import type { CSSProperties } from 'react';

/** Takes a colour from outside; returns the style of a mark. Only `#rrggbb` reaches the style sheet. */
export function markStyle(colour: string | null): CSSProperties {
  return colour !== null && /^#[0-9a-f]{6}$/i.test(colour) ? ({ '--mark': colour } as CSSProperties) : {};
}
