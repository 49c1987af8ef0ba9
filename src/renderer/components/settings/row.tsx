import type { HTMLAttributes, ReactElement, ReactNode } from 'react';
import styles from './row.module.css';

/** What an element is found by: the item that it is about, and how that stands. */
export interface RowProps extends Pick<HTMLAttributes<HTMLLIElement>, 'children'> {
  readonly 'data-item'?: string;
  readonly 'data-state'?: string;
}

/** One line of a list, with words at the left and buttons at the right. */
export function Row(props: RowProps): ReactElement {
  return <li {...props} className={styles.row} />;
}

/** The words of a row. */
export function RowWords({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles.words}>{children}</div>;
}

/** The buttons of a row. */
export function RowActions({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles.actions}>{children}</div>;
}
