import type { ReactElement, ReactNode } from 'react';
import { classes } from '../../classes.ts';
import { Mark } from '../mark.tsx';
import styles from './calendar-name.module.css';

export interface CalendarNameProps {
  readonly colour: string | null;
  /** Whether it is used for nothing. */
  readonly unused?: boolean;
  readonly children: ReactNode;
}

/** A calendar in a table: its mark and its name. */
export function CalendarName({ colour, unused = false, children }: CalendarNameProps): ReactElement {
  return (
    <span className={classes(styles.name, unused && styles.unused)}>
      <Mark colour={colour} />
      {children}
    </span>
  );
}
