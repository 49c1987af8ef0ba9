import type { ReactElement } from 'react';
import styles from './status-line.module.css';
import { Quiet } from './text.tsx';

export interface StatusLineProps {
  /** Empty where there is nothing to say. */
  readonly text: string;
  readonly quiet?: boolean;
  readonly as?: 'p' | 'span';
}

/** What has become of something just now. It stays in place while there is nothing to say, so that it is heard later. */
export function StatusLine({ text, quiet = false, as: Element = 'p' }: StatusLineProps): ReactElement {
  return quiet ? (
    <Quiet as={Element} role="status" className={styles.line}>
      {text}
    </Quiet>
  ) : (
    <Element role="status" className={styles.line}>
      {text}
    </Element>
  );
}
