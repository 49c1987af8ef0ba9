import type { ReactElement } from 'react';
import { splitForMiddle } from '../format.ts';
import styles from './middle-text.module.css';

/**
 * A name or address on one line. Where it does not fit, its middle gives way and both ends stay; the whole is in the
 * tooltip. Isolated from the text around it, because a name may run right to left or hold marks that turn the rest.
 */
export function MiddleText({ text }: { readonly text: string }): ReactElement {
  const split = splitForMiddle(text);
  if (split === null) {
    return (
      <bdi className={styles.middle} title={text}>
        <span className={styles.head}>{text}</span>
      </bdi>
    );
  }
  return (
    <bdi className={styles.middle} title={text}>
      <span className={styles.head}>{split[0]}</span>
      <span className={styles.tail}>{split[1]}</span>
    </bdi>
  );
}
