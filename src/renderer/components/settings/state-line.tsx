import type { ReactElement, ReactNode } from 'react';
import type { AccountView } from '../../../shared/dto.ts';
import styles from './state-line.module.css';

export interface StateLineProps {
  readonly state: AccountView['state'];
  readonly role?: 'status';
  readonly children: ReactNode;
}

/** How something stands: a shape in the colour of that, and words. */
export function StateLine({ state, ...rest }: StateLineProps): ReactElement {
  return <p {...rest} className={styles.line} data-state={state} />;
}
