import type { HTMLAttributes, ReactElement } from 'react';
import { classes } from '../classes.ts';
import styles from './field.module.css';

export interface FieldProps extends Pick<
  HTMLAttributes<HTMLElement>,
  'role' | 'aria-labelledby' | 'aria-describedby' | 'className' | 'children'
> {
  /** A label where the field is all that it holds besides its name. */
  readonly as?: 'div' | 'label';
  /** Whether its name stands out, as the heading of what belongs to it. */
  readonly strong?: boolean;
}

/** A field, its name above it, and what is said of it below. */
export function Field({ as: Element = 'div', strong = false, className, ...rest }: FieldProps): ReactElement {
  return <Element {...rest} className={classes(styles.field, strong && styles.strong, className)} />;
}
