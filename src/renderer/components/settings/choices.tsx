import type { ReactElement, ReactNode } from 'react';
import { classes } from '../../classes.ts';
import { ForReaders, Quiet } from '../text.tsx';
import styles from './choices.module.css';
import type { RadioProps } from './radio.tsx';
import { Radio } from './radio.tsx';

export interface ChoicesProps {
  readonly legend: string;
  /** Whether they stand beside each other, where all around says already what is chosen. */
  readonly beside?: boolean;
  readonly children: ReactNode;
}

/** Fields of which each is a part of one choice. */
export function Choices({ legend, beside = false, children }: ChoicesProps): ReactElement {
  return (
    <fieldset className={classes(styles.choices, beside && styles.beside)}>
      {beside ? <ForReaders as="legend">{legend}</ForReaders> : <legend className={styles.legend}>{legend}</legend>}
      {children}
    </fieldset>
  );
}

/** One of several that exclude each other, and what it means. */
export function Choice(
  props: RadioProps & { readonly label: string; readonly meaning?: string | undefined },
): ReactElement {
  const { label, meaning, ...radio } = props;
  return (
    <label className={styles.choice}>
      <Radio {...radio} />
      <span>
        {label}
        {meaning === undefined ? null : (
          <Quiet as="span" className={styles.meaning}>
            {meaning}
          </Quiet>
        )}
      </span>
    </label>
  );
}
