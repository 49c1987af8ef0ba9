import type { ReactElement, ReactNode } from 'react';
import { number } from '../words/counts.ts';
import styles from './count-row.module.css';

/** One line of a list: how many, and of what. */
export function CountRow(props: {
  /** Null where it is not known. */
  readonly count: number | null;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li className={styles.row}>
      <span className={styles.count}>{props.count === null ? '?' : number(props.count)}</span>
      {props.children}
    </li>
  );
}
