import type { ReactElement } from 'react';
import { classes } from '../classes.ts';
import styles from './progress-bar.module.css';

export interface ProgressBarProps {
  readonly label: string;
  /** Null while it cannot be told how much there is to do. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** Drawn as a line at an edge of something else. */
  readonly thin?: boolean;
}

/** How far something long has come. */
export function ProgressBar({ label, progress, thin = false }: ProgressBarProps): ReactElement {
  return (
    <progress
      className={classes(styles.bar, !thin && styles.thick)}
      aria-label={label}
      {...(progress === null ? {} : { value: progress.done, max: progress.total })}
    />
  );
}
