import type { CSSProperties, ReactElement } from 'react';
import styles from './mark.module.css';

/** Takes a colour from outside; returns the style of a mark. Only `#rrggbb` reaches the style sheet. */
export function markStyle(colour: string | null): CSSProperties {
  return colour !== null && /^#[0-9a-f]{6}$/i.test(colour) ? ({ '--mark': colour } as CSSProperties) : {};
}

/** Takes the colour of a calendar; marks with it what is said of that calendar. */
export function Mark({ colour }: { readonly colour: string | null }): ReactElement {
  return <span className={styles.mark} data-mark style={markStyle(colour)} />;
}
