import type { ReactElement } from 'react';
import { useEffect, useRef } from 'react';
import { words } from '../../words.ts';
import type { PageProps } from './page-props.ts';

const said = words.guide;

/** What every step of the guide gets of the window. */
export interface GuideProps extends PageProps {
  readonly onLeave: () => void;
}

/** What each step gets: where it stands, and the ways on and back. */
export interface Steps {
  readonly step: number;
  /** Whether the person has gone from one step to another already. */
  readonly moved: boolean;
  readonly next: () => void;
  readonly back: () => void;
}

/** The heading of a step. It takes the focus, so that the keyboard and a screen reader go on where the step begins. */
export function StepHeading(props: {
  readonly title: string;
  readonly steps: Steps;
  readonly finished?: boolean;
}): ReactElement {
  const { title, steps, finished = false } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const { moved } = steps;
  // Not when the window opens: then nobody has gone anywhere yet.
  useEffect(() => {
    if (moved) heading.current?.focus();
  }, [moved]);
  return (
    <div className="guide-title">
      {finished ? null : <p className="quiet">{said.stepOf(steps.step + 1, said.steps.length)}</p>}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
    </div>
  );
}

/** The buttons at the foot of a step. */
export function StepActions(props: {
  readonly steps: Steps;
  readonly ready: boolean;
  readonly note?: string | null;
}): ReactElement {
  const { steps, ready, note } = props;
  return (
    <div className="page-actions guide-actions">
      <button type="button" className="button" onClick={steps.back}>
        {said.back}
      </button>
      {!ready && typeof note === 'string' ? <span className="quiet">{note}</span> : null}
      <button type="button" className="button button-main" disabled={!ready} onClick={steps.next}>
        {said.next}
      </button>
    </div>
  );
}
