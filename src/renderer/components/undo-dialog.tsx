import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { Status, UndoLeft, UndoPreview, UndoReceipt } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { changesText, furtherErrors, outcomeText } from '../../shared/runs.ts';
import type { Instant } from '../../shared/time.ts';
import { lastingOf, undoesSomething } from '../../shared/undo.ts';
import { formatMoment } from '../format.ts';
import type { Viewer } from '../format.ts';
import type { PageBridge } from '../page-bridge.ts';
import { number } from '../words/counts.ts';
import { matterFor, words } from '../words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';
import { PlanDetails } from './plan-details.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { Attention, Quiet, Weighty } from './text.tsx';
import type { UndoSubject } from './undo-button.tsx';

const said = words.undo;

export interface UndoDialogProps {
  readonly bridge: PageBridge;
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly subject: UndoSubject;
  /** Told why it failed where the dialog was closed before that was known. */
  readonly tell: (answer: Result<unknown, AppError>) => void;
  readonly onShowMutes: () => void;
  readonly onClose: () => void;
}

type Stage =
  /** `again`: what was shown is not what would be done any more. */
  | { readonly kind: 'looking'; readonly again: boolean }
  | { readonly kind: 'asking'; readonly undoing: UndoPreview; readonly again: boolean }
  | { readonly kind: 'running'; readonly undoing: UndoPreview }
  | { readonly kind: 'done'; readonly undoing: UndoPreview; readonly receipt: UndoReceipt }
  | { readonly kind: 'failed'; readonly error: AppError; readonly noted: boolean };

/** Says what undoing a sync would do, does it when it is told to, and ends in a receipt. Looks when it opens. */
export function UndoDialog(props: UndoDialogProps): ReactElement {
  const { bridge, subject, tell } = props;
  const { run } = subject;
  const [stage, setStage] = useState<Stage>({ kind: 'looking', again: false });
  const open = useRef(true);
  const again = stage.kind === 'looking' && stage.again;
  const looking = stage.kind === 'looking';
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  useEffect(() => {
    if (!looking) return undefined;
    let wanted = true;
    void bridge.call('undo.preview', { run }).then((next) => {
      if (!wanted) return;
      setStage(
        next.ok ? { kind: 'asking', undoing: next.value, again } : { kind: 'failed', error: next.error, noted: false },
      );
    });
    return () => {
      wanted = false;
    };
  }, [bridge, run, looking, again]);

  const undo = async (undoing: UndoPreview): Promise<void> => {
    setStage({ kind: 'running', undoing });
    const answer = await bridge.call('undo.run', { run, version: undoing.version });
    if (!open.current) tell(answer);
    else if (answer.ok) setStage({ kind: 'done', undoing, receipt: answer.value });
    else if (answer.error.code === 'undo-changed') setStage({ kind: 'looking', again: true });
    else {
      // Once it is chosen, only its sync can fail, and the next one goes on with it.
      const status = await bridge.call('status.get');
      const noted = answer.error.code !== 'undo-unknown' && status.ok && !status.value.undoable.includes(run);
      setStage({ kind: 'failed', error: answer.error, noted });
    }
  };
  switch (stage.kind) {
    case 'done':
      return <Receipt {...props} undoing={stage.undoing} receipt={stage.receipt} />;
    case 'failed':
      return (
        <Dialog key="failed" title={words.failedTitle} onClose={props.onClose} actions={<Done {...props} />}>
          <Failure error={stage.error} />
          {stage.noted ? <p>{said.noted}</p> : null}
        </Dialog>
      );
    default:
      return <Question {...props} stage={stage} onRun={(undoing) => void undo(undoing)} />;
  }
}

function Done({ onClose }: Pick<UndoDialogProps, 'onClose'>): ReactElement {
  return (
    <Button look="main" data-first onClick={onClose}>
      {words.done}
    </Button>
  );
}

function Question(
  props: UndoDialogProps & {
    readonly stage: Extract<Stage, { readonly kind: 'looking' | 'asking' | 'running' }>;
    readonly onRun: (undoing: UndoPreview) => void;
  },
): ReactElement {
  const { stage, subject, status, now, viewer, onRun, onClose } = props;
  const undoing = stage.kind === 'looking' ? null : stage.undoing;
  const running = stage.kind === 'running';
  const nothing = undoing !== null && !undoesSomething(undoing);
  const { progress } = status;
  return (
    <Dialog
      key="question"
      title={said.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{running ? words.hide : nothing ? words.close : words.cancel}</Button>
          {undoing !== null && !nothing ? (
            <Button look="main" disabled={running} onClick={() => onRun(undoing)}>
              {running ? said.running : said.run}
            </Button>
          ) : null}
        </>
      }
    >
      <Quiet>{said.subject(formatMoment(subject.at, now, viewer))}</Quiet>
      {stage.kind === 'asking' && stage.again ? <Attention>{said.changed}</Attention> : null}
      <Weighty role="status">
        {undoing === null ? words.previewWorking : running ? said.running : sentenceOf(undoing)}
      </Weighty>
      {running ? (
        <>
          <ProgressBar label={said.running} progress={progress !== null && progress.total > 0 ? progress : null} />
          <Quiet>{said.stays}</Quiet>
        </>
      ) : null}
      {undoing === null || running ? null : (
        <>
          <Sentences undoing={undoing} left={undoing.left} />
          <PlanDetails preview={undoing.preview} status={status} now={now} viewer={viewer} />
          {nothing ? null : <Quiet>{said.note}</Quiet>}
        </>
      )}
    </Dialog>
  );
}

function sentenceOf(undoing: UndoPreview): string {
  if (!undoesSomething(undoing)) return undoing.left.length === 0 ? said.nothing : said.nothingLeft;
  return words.settings.change.summary(undoing.preview);
}

/** What is left and why, and that choices are as before. */
function Sentences(props: { readonly undoing: UndoPreview; readonly left: readonly UndoLeft[] }): ReactElement {
  const { undoing, left } = props;
  return (
    <>
      {left.map((each) => (
        <p key={each.reason}>{said.left(each)}</p>
      ))}
      {undoing.choices === 0 ? null : <p>{said.choices(undoing.choices)}</p>}
    </>
  );
}

function Receipt(
  props: UndoDialogProps & { readonly undoing: UndoPreview; readonly receipt: UndoReceipt },
): ReactElement {
  const { undoing, receipt, onShowMutes } = props;
  const { run, left } = receipt;
  const { away, kept } = lastingOf(undoing.preview);
  const lasts = away + kept > 0;
  return (
    <Dialog
      key="receipt"
      title={said.doneTitle}
      onClose={props.onClose}
      actions={
        <>
          {lasts ? <Button onClick={onShowMutes}>{words.why.muted}</Button> : null}
          <Done {...props} />
        </>
      }
    >
      <Weighty role="status">
        {run.outcome === 'ok' ? '' : outcomeText(run.outcome)} {changesText(run, number)}
      </Weighty>
      {furtherErrors(run).map((error, index) => (
        <Attention key={`${error.code} ${index}`}>
          <bdi>{matterFor(error).sentence}</bdi> {matterFor(error).action}
        </Attention>
      ))}
      <Sentences undoing={undoing} left={left} />
      {away > 0 ? <p>{said.away}</p> : null}
      {kept > 0 ? <p>{away > 0 ? said.kept : said.keptAlone}</p> : null}
    </Dialog>
  );
}
