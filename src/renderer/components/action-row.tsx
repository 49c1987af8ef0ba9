import type { ReactElement, ReactNode } from 'react';
import styles from './action-row.module.css';

/** One line of a list: what it is about, and the one button for it. */
export function ActionRow({ children }: { readonly children: ReactNode }): ReactElement {
  return <li className={styles.row}>{children}</li>;
}
