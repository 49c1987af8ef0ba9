import type { ComponentProps, ReactElement } from 'react';
import styles from './radio.module.css';

export type RadioProps = Pick<ComponentProps<'input'>, 'name' | 'checked' | 'onChange'>;

/** A button that excludes the others of its name. */
export function Radio(props: RadioProps): ReactElement {
  return <input {...props} type="radio" className={styles.radio} />;
}
