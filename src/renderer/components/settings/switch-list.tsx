import type { ReactElement, ReactNode } from 'react';
import styles from './switch-list.module.css';

/** Switches, and what else is chosen, one below the other. */
export function SwitchList({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles.list}>{children}</div>;
}
