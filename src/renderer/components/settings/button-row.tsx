import type { ReactElement, ReactNode } from 'react';
import { classes } from '../../classes.ts';
import styles from './button-row.module.css';

export interface ButtonRowProps {
  readonly children: ReactNode;
  /** Where they stand: `apart` has the first one at the start, and the others at the end. */
  readonly at?: 'start' | 'end' | 'apart';
}

/** Buttons beside each other, and the words that belong to them. */
export function ButtonRow({ children, at = 'start' }: ButtonRowProps): ReactElement {
  return (
    <div className={classes(styles.row, at === 'end' && styles.end, at === 'apart' && styles.apart)}>{children}</div>
  );
}
