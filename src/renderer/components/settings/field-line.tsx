import type { ReactElement, ReactNode } from 'react';
import styles from './field-line.module.css';

/** A field with its name before it and what is said of it behind it, in one line. */
export function FieldLine({ children }: { readonly children: ReactNode }): ReactElement {
  return <label className={styles.line}>{children}</label>;
}
