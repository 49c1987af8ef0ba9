import type { ReactElement } from 'react';
import styles from './bullets.module.css';
import { Quiet } from './text.tsx';

/** Takes sentences that differ from each other; shows each as a point of a list. */
export function Bullets(props: { readonly points: readonly string[]; readonly quiet?: boolean }): ReactElement {
  const points = props.points.map((point) => <li key={point}>{point}</li>);
  return props.quiet === true ? (
    <Quiet as="ul" className={styles.bullets}>
      {points}
    </Quiet>
  ) : (
    <ul className={styles.bullets}>{points}</ul>
  );
}
