import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './check-line.module.css';

const icons = { ok: CircleCheck, attention: TriangleAlert, failed: CircleX };

export interface CheckLineProps {
  readonly state: keyof typeof icons;
  /** What the shape says, to those who do not see it. */
  readonly name: string;
  readonly children: ReactNode;
}

/** One line of a list: how something went, as a shape, and what there is to say of it. */
export function CheckLine({ state, name, children }: CheckLineProps): ReactElement {
  const Icon = icons[state];
  return (
    <li className={styles.check} data-state={state}>
      <Icon size={16} aria-label={name} role="img" />
      {children}
    </li>
  );
}
