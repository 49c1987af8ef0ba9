import type { ComponentProps, ReactElement } from 'react';
import styles from './text-area.module.css';

/** A field for several lines, of which each character counts. */
export function TextArea(props: Omit<ComponentProps<'textarea'>, 'className' | 'style' | 'spellCheck'>): ReactElement {
  return <textarea {...props} spellCheck={false} className={styles.text} />;
}
