import type { ComponentProps, ReactElement } from 'react';
import styles from './select.module.css';

/** A choice of one from a list that opens. */
export function Select(props: Omit<ComponentProps<'select'>, 'className' | 'style'>): ReactElement {
  return <select {...props} className={styles.select} />;
}
