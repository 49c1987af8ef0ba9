import { TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import styles from './problem.module.css';

export interface ProblemProps {
  /** By which the field names it (`aria-describedby`). */
  readonly id: string;
  /** What is wrong with the field above; undefined where nothing is. */
  readonly text: string | undefined;
}

/** Why what stands in a field cannot be kept. It stays in place while there is nothing to say, so that it is heard later. */
export function Problem({ id, text }: ProblemProps): ReactElement {
  return (
    <div id={id} role="status" className={styles.place}>
      {text === undefined ? null : (
        <p className={styles.problem}>
          <TriangleAlert size={16} aria-hidden />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}
