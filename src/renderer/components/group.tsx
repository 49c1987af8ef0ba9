import type { HTMLAttributes, ReactElement } from 'react';
import styles from './group.module.css';

export interface GroupProps extends Pick<HTMLAttributes<HTMLElement>, 'aria-labelledby' | 'children'> {
  /** The element: a section where none is named. */
  readonly as?: 'section' | 'details' | 'ul';
}

/** A part of a dialog, below a line. */
export function Group({ as: Element = 'section', ...rest }: GroupProps): ReactElement {
  return <Element {...rest} className={styles.group} />;
}
