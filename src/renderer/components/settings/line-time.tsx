import type { ReactElement } from 'react';
import { Quiet } from '../text.tsx';
import styles from './line-time.module.css';

/** When something happened, as the beginning of its line. */
export function LineTime({ text }: { readonly text: string }): ReactElement {
  return (
    <Quiet as="span" className={styles.time}>
      {text}
    </Quiet>
  );
}
