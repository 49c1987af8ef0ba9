import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { classes } from '../classes.ts';
import styles from './button.module.css';

const looks = {
  plain: styles.button,
  /** What the person most likely came for: one on a page. */
  main: classes(styles.button, styles.main),
  danger: classes(styles.button, styles.danger),
  small: classes(styles.button, styles.small),
  /** A picture without words, which are its name. */
  icon: styles.icon,
  /** Words alone, as those of a link. */
  link: styles.link,
  /** Words alone, and nothing around them, where there is little room. */
  bare: classes(styles.link, styles.bare),
  /** In the foot of the popup. */
  foot: styles.foot,
};

export type ButtonLook = keyof typeof looks;

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'dangerouslySetInnerHTML'> {
  readonly look?: ButtonLook;
  /** Whether it stands at the end of its row, at the top where the row has several lines. */
  readonly atEnd?: boolean;
}

/** A button. A class that it is given is for where it stands. */
export function Button({
  look = 'plain',
  atEnd = false,
  type = 'button',
  className,
  ...rest
}: ButtonProps): ReactElement {
  return <button {...rest} type={type} className={classes(looks[look], atEnd && styles.atEnd, className)} />;
}

/** A picture to press; `name` is said of it, and shown where the pointer rests on it. */
export function IconButton({
  name,
  ...rest
}: Omit<ButtonProps, 'look' | 'name' | 'title' | 'aria-label'> & { readonly name: string }): ReactElement {
  return <Button {...rest} look="icon" aria-label={name} title={name} />;
}

/** Leads to another place, and looks like a button. */
export function ButtonLink(props: { readonly href: string; readonly children: ReactNode }): ReactElement {
  return <a {...props} className={styles.button} />;
}
