import type { ReactElement, ReactNode } from 'react';
import { useId } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { words } from '../../words.ts';
import { Failure } from '../preview-dialog.tsx';

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
    <section className="part" aria-labelledby={id}>
      <div className="part-head">
        <div className="part-words">
          <h2 id={id}>{title}</h2>
          {meaning === undefined ? null : <p className="quiet">{meaning}</p>}
        </div>
        {side}
      </div>
      {children}
    </section>
  );
}

/** What is shown while an answer is under way. */
export function Loading(): ReactElement {
  return (
    <p className="quiet" role="status">
      {words.settings.loading}
    </p>
  );
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
    <div className="failed">
      <Failure error={error} />
      <button type="button" className="button" onClick={onAgain}>
        {words.tryAgain}
      </button>
    </div>
  );
}

/** What is shown where there is nothing yet: why, what to do, and the button for it. */
export function Empty(props: {
  readonly sentence: string;
  readonly meaning?: string;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className="nothing">
      <p>{props.sentence}</p>
      {props.meaning === undefined ? null : <p className="quiet">{props.meaning}</p>}
      {props.children}
    </div>
  );
}
