import type { HTMLAttributes, ReactElement } from 'react';
import { classes } from '../classes.ts';
import styles from './text.module.css';

/** What the element has besides its look; a class is for where it stands, and says nothing of colour or size. */
export interface WordsProps extends Omit<HTMLAttributes<HTMLElement>, 'style' | 'dangerouslySetInnerHTML'> {
  /** The element: a paragraph where none is named. */
  readonly as?: 'p' | 'span' | 'bdi' | 'h1' | 'ul' | 'caption' | 'thead' | 'legend';
}

const looks = {
  quiet: styles.quiet,
  attention: styles.attention,
  weighty: styles.weighty,
  forReaders: styles.forReaders,
};

export interface TextProps extends WordsProps {
  readonly look: keyof typeof looks;
}

/** Words whose look changes while they stay the same element, as a live region must. */
export function Text({ look, as: Element = 'p', className, ...rest }: TextProps): ReactElement {
  return <Element {...rest} className={classes(looks[look], className)} />;
}

/** Words that matter less than those around them: small and grey. */
export function Quiet(props: WordsProps): ReactElement {
  return <Text {...props} look="quiet" />;
}

/** Words in the colour of what needs the person. */
export function Attention(props: WordsProps): ReactElement {
  return <Text {...props} look="attention" />;
}

/** Words that matter most on their page: in the settings they are set apart. */
export function Weighty(props: WordsProps): ReactElement {
  return <Text {...props} look="weighty" />;
}

/** Words for those who do not see the page, and for nobody else; a span where no element is named. */
export function ForReaders({ as = 'span', ...rest }: WordsProps): ReactElement {
  return <Text {...rest} as={as} look="forReaders" />;
}
