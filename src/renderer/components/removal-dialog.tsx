import type { ReactElement } from 'react';
import { useCallback, useId, useState } from 'react';
import type { AccountView, RemovalFindings, ResetReceipt, Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { Result } from '../../shared/result.ts';
import { useAsked } from '../hooks.ts';
import type { Removal, RemovalChoices, RemovalFlow } from '../removal.ts';
import { knownBlocks } from '../removal.ts';
import { words } from '../words.ts';
import { Bullets } from './bullets.tsx';
import { Button } from './button.tsx';
import { CountRow } from './count-row.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';
import { Field } from './field.tsx';
import { Group } from './group.tsx';
import { OthersLeft } from './others-left.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { Receipt } from './receipt.tsx';
import { Quiet } from './text.tsx';
import { TextField } from './text-field.tsx';
import { Tick } from './tick.tsx';

function blocksIn(status: Status, account: AccountView): number {
  return knownBlocks({ ...status, calendars: status.calendars.filter((each) => each.accountId === account.id) });
}

export interface RemovalDialogProps {
  readonly removal: Removal;
  readonly status: Status;
  readonly find: RemovalFlow['find'];
  readonly onConfirm: (choices: RemovalChoices) => void;
  readonly onClose: () => void;
}

/** Names what will go, asks for a typed word, shows progress, and ends in a receipt. */
export function RemovalDialog(props: RemovalDialogProps): ReactElement {
  const { removal } = props;
  if (removal.answer !== null) return <Outcome {...props} answer={removal.answer} />;
  return removal.startedWith === null ? <Question {...props} /> : <Working {...props} known={removal.startedWith} />;
}

function Question({ removal, status, find, onConfirm, onClose }: RemovalDialogProps): ReactElement {
  const [typed, setTyped] = useState('');
  const [revoke, setRevoke] = useState(true);
  const [othersOn, setOthersOn] = useState<readonly CalendarId[]>([]);
  const { subject } = removal;
  const found = useAsked(useCallback(() => find(subject), [find, subject]));
  const everything = subject.kind === 'all-blocks';
  const confirmed = typed.trim().toLowerCase() === words.resetWord;
  // What is known of a calendar includes blocks of others, and these stay.
  const others = new Map(
    found.answer?.ok === true ? found.answer.value.others.map((each) => [each.calendarId, each.count]) : [],
  );
  const concerned = status.calendars
    .map((calendar) => ({ ...calendar, blocks: Math.max(0, calendar.blocks - (others.get(calendar.id) ?? 0)) }))
    .filter((calendar) => calendar.blocks > 0);
  const othersInAll = [...others.values()].reduce((sum, count) => sum + count, 0);
  const known = concerned.reduce((sum, calendar) => sum + calendar.blocks, 0);
  const formId = 'removal';
  const tickId = useId();
  return (
    <Dialog
      title={everything ? words.resetTitle : words.removeTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="danger" type="submit" form={formId} disabled={!confirmed}>
            {everything ? words.resetButton : words.removeButton}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          if (confirmed) onConfirm({ revoke, othersOn: [...othersOn] });
        }}
      >
        <p>
          <bdi>
            {subject.kind === 'account'
              ? words.removeSentence(subject.account.email)
              : words.resetSentence(known, concerned.length)}
          </bdi>
        </p>
        {everything && concerned.length > 0 ? (
          <Group as="ul">
            {concerned.map((calendar) => (
              <CountRow key={calendar.id} count={calendar.blocks}>
                <bdi>{calendar.name}</bdi>
              </CountRow>
            ))}
          </Group>
        ) : null}
        {subject.kind === 'account' ? (
          <Bullets points={words.removeGoes(Math.max(0, blocksIn(status, subject.account) - othersInAll))} />
        ) : null}
        <Quiet>{everything ? words.resetPromise : words.removePromise}</Quiet>
        <Found answer={found.answer} chosen={othersOn} onChoose={setOthersOn} />
        {everything ? null : (
          <Tick
            id={tickId}
            label={words.removeRevoke}
            meaning={revoke ? words.removeRevokeMeaning : words.removeKeepMeaning}
            on={revoke}
            onChange={setRevoke}
          />
        )}
        <Field as="label">
          <span>{words.resetType}</span>
          <TextField data-first value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

interface FoundProps {
  /** Null while it is counted. */
  readonly answer: Result<RemovalFindings, AppError> | null;
  readonly chosen: readonly CalendarId[];
  readonly onChoose: (chosen: readonly CalendarId[]) => void;
}

function Found({ answer, chosen, onChoose }: FoundProps): ReactElement | null {
  if (answer === null) {
    return <Quiet role="status">{words.othersCounting}</Quiet>;
  }
  if (!answer.ok) return <Quiet>{words.othersUncounted}</Quiet>;
  return <OthersLeft {...answer.value} chosen={chosen} onChoose={onChoose} />;
}

function Working({ status, onClose, known }: RemovalDialogProps & { readonly known: number }): ReactElement {
  // Where the process tells its progress, that is shown; else the blocks that have gone from the snapshots since. As
  // long as neither moves, a bar that stands at nothing would look stuck.
  const { done, total } = status.progress ?? { done: Math.max(0, known - knownBlocks(status)), total: known };
  return (
    <Dialog title={words.resetWorking} onClose={onClose} actions={<Button onClick={onClose}>{words.hide}</Button>}>
      {total === 0 || (done === 0 && status.progress === null) ? (
        <ProgressBar label={words.resetWorking} progress={null} />
      ) : (
        <>
          <p>{words.resetWorkingCount(done, total)}</p>
          <ProgressBar label={words.resetWorking} progress={{ done, total }} />
        </>
      )}
      <Quiet>{words.resetStays}</Quiet>
    </Dialog>
  );
}

function Outcome(props: RemovalDialogProps & { readonly answer: Result<ResetReceipt, AppError> }): ReactElement {
  const { removal, answer, onClose } = props;
  const done = (
    <Button look="main" data-first onClick={onClose}>
      {words.done}
    </Button>
  );
  if (!answer.ok) {
    return (
      <Dialog title={words.failedTitle} onClose={onClose} actions={done}>
        <Failure error={answer.error} />
      </Dialog>
    );
  }
  return (
    <Dialog title={words.receiptTitle} onClose={onClose} actions={done}>
      <p role="status">{removal.subject.kind === 'account' ? words.removed : words.resetPaused}</p>
      <Receipt receipt={answer.value} />
    </Dialog>
  );
}
