import type { ReactElement, ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import type { Status } from '../../../shared/dto.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { Quiet } from '../text.tsx';
import styles from './guide-steps.module.css';
import type { PageProps } from './page-props.ts';

const said = words.guide;

/** What every step of the guide gets of the window. */
export interface GuideProps extends PageProps {
  /** Counts how often the step about the Google client was asked for; null where the step that is due is wanted. */
  readonly asked: number | null;
  readonly onLeave: () => void;
}

/** The steps, in order. */
export const stepOf = { does: 0, client: 1, accounts: 2, calendars: 3 } as const;

/**
 * Takes the status and whether there is a Google client (null: that cannot be told); returns the step that is due. Whoever has started
 * syncing, and lacks nothing, wants to read it from the beginning.
 */
export function dueStep({ accounts, started }: Status, hasClient: boolean | null): number {
  if (hasClient !== true) return accounts.length === 0 ? stepOf.does : stepOf.client;
  if (accounts.length < 2) return stepOf.accounts;
  return started ? stepOf.does : stepOf.calendars;
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
    <div className={styles.title}>
      {finished ? null : <Quiet>{said.stepOf(steps.step + 1, said.steps.length)}</Quiet>}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
    </div>
  );
}

/** The foot of a step: the way back, and the way on as the last. */
export function StepFoot({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles.foot}>{children}</div>;
}

/** The buttons at the foot of a step. */
export function StepActions(props: {
  readonly steps: Steps;
  readonly ready: boolean;
  readonly note?: string | null;
}): ReactElement {
  const { steps, ready, note } = props;
  return (
    <StepFoot>
      <Button onClick={steps.back}>{said.back}</Button>
      {!ready && typeof note === 'string' ? <Quiet as="span">{note}</Quiet> : null}
      <Button look="main" disabled={!ready} onClick={steps.next}>
        {said.next}
      </Button>
    </StepFoot>
  );
}
