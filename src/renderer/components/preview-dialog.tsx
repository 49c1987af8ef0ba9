import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { PlanView, Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import { reasonText } from '../../shared/reasons.ts';
import type { Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import type { PageBridge } from '../page-bridge.ts';
import { formatStart } from '../format.ts';
import type { Viewer } from '../format.ts';
import type { PreviewRow } from '../preview.ts';
import { groupPlan } from '../preview.ts';
import { matterFor, words } from '../words.ts';
import { nameOf } from './activity-list.tsx';
import { Dialog } from './dialog.tsx';

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
  const [answer, setAnswer] = useState<Result<PlanView, AppError> | null>(null);
  useEffect(() => {
    let wanted = true;
    void bridge.call('plan.preview').then((next) => {
      if (wanted) setAnswer(next);
    });
    return () => {
      wanted = false;
    };
  }, [bridge]);

  const something = answer?.ok === true && answer.value.operations.length > 0;
  const sync = something ? (
    <button
      type="button"
      className="button button-main"
      onClick={() => {
        props.onSync();
        props.onClose();
      }}
    >
      {words.syncNow}
    </button>
  ) : undefined;
  return (
    <Dialog title={words.previewTitle} onClose={props.onClose} actions={sync}>
      {answer === null ? <p role="status">{words.previewWorking}</p> : null}
      {answer?.ok === false ? <Failure error={answer.error} /> : null}
      {answer?.ok === true ? <Plan {...props} plan={answer.value} /> : null}
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

function Plan({ plan, status, now, viewer }: PreviewDialogProps & { readonly plan: PlanView }): ReactElement {
  const preview = groupPlan(plan);
  return (
    <>
      <p role="status">
        {plan.operations.length === 0
          ? words.previewNothing
          : words.previewSummary(preview.counts, preview.targets.length)}
      </p>
      {preview.targets.map((target) => (
        <section key={target.targetId} className="group">
          <h3>
            <bdi>{nameOf(status, target.targetId)}</bdi>
          </h3>
          <ul className="plain-list">
            {target.rows.map((row) => (
              <li key={`${row.effect} ${row.reason}`} className="count-row">
                <span className="count">{row.count}</span>
                <span>
                  {words.previewEffect[row.effect]}: {reasonText(row.reason)}
                  <Starts row={row} now={now} viewer={viewer} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {plan.holds.length === 0 ? null : (
        <section className="group">
          <h3>{words.previewHeld}</h3>
          <ul className="plain-list">
            {plan.holds.map((hold) => (
              <li key={hold.key}>
                <bdi>{words.holdSentence(hold)}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
      {preview.left.length === 0 ? null : (
        <details className="group">
          <summary>
            <h3>{words.previewLeft(plan.skips.length)}</h3>
          </summary>
          <ul className="plain-list">
            {preview.left.map((left) => (
              <li key={left.reason} className="count-row">
                <span className="count">{left.count}</span>
                <span>{reasonText(left.reason)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="quiet">{words.previewNote}</p>
    </>
  );
}

function Starts(props: {
  readonly row: PreviewRow;
  readonly now: Instant;
  readonly viewer: Viewer;
}): ReactElement | null {
  const { row, now, viewer } = props;
  const times = row.starts.slice(0, 3).flatMap((start) => formatStart(start, now, viewer) ?? []);
  if (times.length === 0) return null;
  const rest = row.count - times.length;
  return (
    <span className="starts quiet">
      {times.join(', ')}
      {rest > 0 ? ` ${words.previewMore(rest)}` : ''}
    </span>
  );
}
