import type { ComponentProps, ReactElement } from 'react';
import styles from './text-field.module.css';

/** A field for one line of text. No browser fills it in, or marks what it takes for wrong spelling. */
export function TextField(
  props: Omit<ComponentProps<'input'>, 'type' | 'className' | 'style' | 'autoComplete' | 'spellCheck'>,
): ReactElement {
  return <input {...props} type="text" autoComplete="off" spellCheck={false} className={styles.field} />;
}
