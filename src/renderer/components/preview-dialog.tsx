import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { PlanPreview, Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import { reasonText } from '../../shared/reasons.ts';
import type { Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import type { PageBridge } from '../page-bridge.ts';
import type { Viewer } from '../format.ts';
import { matterFor, words } from '../words.ts';
import { number } from '../words/counts.ts';
import { Dialog } from './dialog.tsx';
import { PlanDetails } from './plan-details.tsx';

export interface PreviewDialogProps {
  readonly bridge: PageBridge;
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onSync: () => void;
  readonly onClose: () => void;
}

/** What the next sync would do and why, in words and counts. Asks once, when it opens. */
export function PreviewDialog(props: PreviewDialogProps): ReactElement {
  const { bridge } = props;
  const [answer, setAnswer] = useState<Result<PlanPreview, AppError> | null>(null);
  useEffect(() => {
    let wanted = true;
    void bridge.call('plan.preview').then((next) => {
      if (wanted) setAnswer(next);
    });
    return () => {
      wanted = false;
    };
  }, [bridge]);

  const label = answer?.ok !== true ? null : words.deed(answer.value);
  const sync =
    label === null ? undefined : (
      <button
        type="button"
        className="button button-main"
        onClick={() => {
          props.onSync();
          props.onClose();
        }}
      >
        {props.status.started ? label : words.preview.start}
      </button>
    );
  return (
    <Dialog title={words.previewTitle} onClose={props.onClose} actions={sync}>
      {answer === null ? <p role="status">{words.previewWorking}</p> : null}
      {answer?.ok === false ? <Failure error={answer.error} /> : null}
      {answer?.ok === true ? <Plan {...props} preview={answer.value} /> : null}
    </Dialog>
  );
}

/** What went wrong in a dialog, and what to do. */
export function Failure({ error }: { readonly error: AppError }): ReactElement {
  const matter = matterFor(error);
  return (
    <div role="alert">
      <p>
        <bdi>{matter.sentence}</bdi>
      </p>
      <p className="quiet">{matter.action}</p>
    </div>
  );
}

function Plan(props: PreviewDialogProps & { readonly preview: PlanPreview }): ReactElement {
  const { preview, status, now, viewer } = props;
  return (
    <>
      <p role="status">{planSentence(preview)}</p>
      <Between status={status} />
      <PlanDetails preview={preview} status={status} now={now} viewer={viewer} />
      <Waiting holds={preview.holds} />
      <Left preview={preview} />
      <p className="quiet">{words.previewNote}</p>
    </>
  );
}

/**
 * Before the first sync: whose calendars it is between, by their addresses, because an account that somebody else has signed in
 * to is in use by then, and may have named its calendars as it likes.
 */
export function Between({ status }: { readonly status: Status }): ReactElement | null {
  if (status.started) return null;
  return (
    <p>
      <bdi>{words.preview.between(status.accounts.map(({ email }) => email))}</bdi>
    </p>
  );
}

/** Takes a preview; returns whether a sync would write anything. */
export function writesSomething({ add, change, remove }: PlanPreview): boolean {
  return add + change + remove > 0;
}

/** Takes a preview; returns what a sync would do, in one sentence. */
export function planSentence(preview: PlanPreview): string {
  return writesSomething(preview) ? words.previewSummary(preview, preview.calendars) : words.previewNothing;
}

function Waiting({ holds }: Pick<PlanPreview, 'holds'>): ReactElement | null {
  if (holds.length === 0) return null;
  return (
    <section className="group">
      <h3>{words.previewHeld}</h3>
      <ul className="plain-list">
        {holds.map((hold) => (
          <li key={hold.key}>
            <bdi>{words.hold(hold).sentence}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a sync leaves as it is, by reason. */
export function Left(props: { readonly preview: PlanPreview; readonly heading?: 'h2' | 'h3' }): ReactElement | null {
  const { preview, heading: Heading = 'h3' } = props;
  if (preview.left.length === 0) return null;
  return (
    <details className="group">
      <summary>
        <Heading>{words.previewLeft(preview.leftCount)}</Heading>
      </summary>
      <ul className="plain-list">
        {preview.left.map((left) => (
          <li key={left.reason} className="count-row">
            <span className="count">{number(left.count)}</span>
            <span>{reasonText(left.reason)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
