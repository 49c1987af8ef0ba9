import type { ReactElement, ReactNode } from 'react';
import styles from './tick.module.css';
import { Quiet } from './text.tsx';

export interface TickProps {
  readonly id: string;
  readonly label: ReactNode;
  /** One sentence below, read together with the label; null where there is nothing to say. */
  readonly meaning: string | null;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** A box to tick, for what is done only when the whole dialog is agreed to. */
export function Tick({ id, label, meaning, on, onChange }: TickProps): ReactElement {
  const meaningId = `${id}-meaning`;
  return (
    <div className={styles.tick}>
      <input
        id={id}
        type="checkbox"
        checked={on}
        aria-describedby={meaning === null ? undefined : meaningId}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {meaning === null ? null : <Quiet id={meaningId}>{meaning}</Quiet>}
    </div>
  );
}
