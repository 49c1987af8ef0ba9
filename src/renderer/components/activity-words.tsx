import type { ReactElement, ReactNode } from 'react';
import type { ActivityView } from '../../shared/dto.ts';
import { words } from '../words.ts';
import styles from './activity-words.module.css';
import { Quiet } from './text.tsx';

export interface ActivityWordsProps {
  readonly kind: ActivityView['kind'];
  /** When the event is and was, as far as known. */
  readonly facts: string;
  /** What follows in the same line. */
  readonly beside?: ReactNode;
  /** What stands in a line of its own; null where there is nothing to say. */
  readonly below: ReactNode;
}

/** One thing that happened, in words: what, when, and what else is known of it. */
export function ActivityWords({ kind, facts, beside, below }: ActivityWordsProps): ReactElement {
  return (
    <>
      <span className={styles.kind}>{words.activityKind[kind]}</span>
      <span className={styles.what}>
        <span>{facts}</span>
        {beside}
        {below === null ? null : (
          <Quiet as="span" className={styles.below}>
            {below}
          </Quiet>
        )}
      </span>
    </>
  );
}
