import type { ReactElement, ReactNode } from 'react';
import { useId } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { Failure } from '../failure.tsx';
import { Quiet } from '../text.tsx';
import styles from './section.module.css';

export interface SectionProps {
  readonly title: string;
  readonly meaning?: string | undefined;
  readonly children?: ReactNode;
  /** What stands beside the title: mostly one button. */
  readonly side?: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Section({ title, meaning, children, side }: SectionProps): ReactElement {
  const id = useId();
  return (
    <Part labelledBy={id}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h2 id={id}>{title}</h2>
          {meaning === undefined ? null : <Quiet>{meaning}</Quiet>}
        </div>
        {side}
      </div>
      {children}
    </Part>
  );
}

/** A part of a page that draws its heading itself, or has none; `labelledBy` is the id of the heading. */
export function Part(props: { readonly labelledBy?: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className={styles.part} aria-labelledby={props.labelledBy}>
      {props.children}
    </section>
  );
}

/** What is shown while an answer is under way. */
export function Loading(): ReactElement {
  return <Quiet role="status">{words.settings.loading}</Quiet>;
}

/** What went wrong, set apart from what did not. */
export function Failed(props: { readonly role?: 'alert'; readonly children: ReactNode }): ReactElement {
  return <div {...props} className={styles.failed} />;
}

/** What is shown where a question could not be answered: why, and a way to ask again. */
export function AskFailed({
  error,
  onAgain,
}: {
  readonly error: AppError;
  readonly onAgain: () => void;
}): ReactElement {
  return (
    <Failed>
      <Failure error={error} />
      <Button onClick={onAgain}>{words.tryAgain}</Button>
    </Failed>
  );
}

/** What is shown where there is nothing yet: why, what to do, and the button for it. */
export function Empty(props: {
  readonly sentence: string;
  readonly meaning?: string;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className={styles.empty}>
      <p>{props.sentence}</p>
      {props.meaning === undefined ? null : <Quiet>{props.meaning}</Quiet>}
      {props.children}
    </div>
  );
}
