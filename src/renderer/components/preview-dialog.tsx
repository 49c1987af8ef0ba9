import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { PlanPreview, Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import { reasonText } from '../../shared/reasons.ts';
import type { Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import type { PageBridge } from '../page-bridge.ts';
import type { Viewer } from '../format.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { CountRow } from './count-row.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';
import { Group } from './group.tsx';
import { PlanDetails } from './plan-details.tsx';
import { Quiet } from './text.tsx';

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
      <Button
        look="main"
        onClick={() => {
          props.onSync();
          props.onClose();
        }}
      >
        {props.status.started ? label : words.preview.start}
      </Button>
    );
  return (
    <Dialog title={words.previewTitle} onClose={props.onClose} actions={sync}>
      {answer === null ? <p role="status">{words.previewWorking}</p> : null}
      {answer?.ok === false ? <Failure error={answer.error} /> : null}
      {answer?.ok === true ? <Plan {...props} preview={answer.value} /> : null}
    </Dialog>
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
      <Quiet>{words.previewNote}</Quiet>
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
    <Group>
      <h3>{words.previewHeld}</h3>
      <ul>
        {holds.map((hold) => (
          <li key={hold.key}>
            <bdi>{words.hold(hold).sentence}</bdi>
          </li>
        ))}
      </ul>
    </Group>
  );
}

/** What a sync leaves as it is, by reason. */
export function Left(props: { readonly preview: PlanPreview; readonly heading?: 'h2' | 'h3' }): ReactElement | null {
  const { preview, heading: Heading = 'h3' } = props;
  if (preview.left.length === 0) return null;
  return (
    <Group as="details">
      <summary>
        <Heading>{words.previewLeft(preview.leftCount)}</Heading>
      </summary>
      <ul>
        {preview.left.map((left) => (
          <CountRow key={left.reason} count={left.count}>
            <span>{reasonText(left.reason)}</span>
          </CountRow>
        ))}
      </ul>
    </Group>
  );
}
