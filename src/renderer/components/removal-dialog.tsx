import type { ReactElement } from 'react';
import { useCallback, useId, useState } from 'react';
import type { AccountView, RemovalFindings, ResetReceipt, Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { CalendarId } from '../../shared/ids.ts';
import type { Result } from '../../shared/result.ts';
import { useAsked } from '../hooks.ts';
import { matterFor, words } from '../words.ts';
import { number } from '../words/counts.ts';
import { Dialog } from './dialog.tsx';
import { OthersLeft } from './others-left.tsx';
import { Failure } from './preview-dialog.tsx';

/** What is removed: every block, or one account with its blocks. */
export type RemovalSubject =
  { readonly kind: 'all-blocks' } | { readonly kind: 'account'; readonly account: AccountView };

export interface Removal {
  readonly subject: RemovalSubject;
  /** Blocks known when it was started, for the progress; null before. */
  readonly startedWith: number | null;
  readonly answer: Result<ResetReceipt, AppError> | null;
}

/** Takes a snapshot; returns the blocks that are known in it. */
export function knownBlocks(status: Status): number {
  return status.calendars.reduce((sum, calendar) => sum + calendar.blocks, 0);
}

function blocksIn(status: Status, account: AccountView): number {
  return knownBlocks({ ...status, calendars: status.calendars.filter((each) => each.accountId === account.id) });
}

/** What the person has ticked. */
export interface RemovalChoices {
  /** Whether an account's permission is given back to Google as well; of no meaning for anything else. */
  readonly revoke: boolean;
  /** Calendars on which blocks of others are taken, too. */
  readonly othersOn: CalendarId[];
}

export interface RemovalDialogProps {
  readonly removal: Removal;
  readonly status: Status;
  /** Counts what a removal would meet; the same function each time. */
  readonly find: (subject: RemovalSubject) => Promise<Result<RemovalFindings, AppError>>;
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
          <button type="button" className="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" form={formId} className="button button-danger" disabled={!confirmed}>
            {everything ? words.resetButton : words.removeButton}
          </button>
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
          <ul className="plain-list group">
            {concerned.map((calendar) => (
              <li key={calendar.id} className="count-row">
                <span className="count">{number(calendar.blocks)}</span>
                <bdi>{calendar.name}</bdi>
              </li>
            ))}
          </ul>
        ) : null}
        {subject.kind === 'account' ? (
          <ul className="bullets">
            {words.removeGoes(Math.max(0, blocksIn(status, subject.account) - othersInAll)).map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        ) : null}
        <p className="quiet">{everything ? words.resetPromise : words.removePromise}</p>
        <Found answer={found.answer} chosen={othersOn} onChoose={setOthersOn} />
        {everything ? null : (
          <div className="tick">
            <input
              id={tickId}
              type="checkbox"
              checked={revoke}
              aria-describedby={`${tickId}-meaning`}
              onChange={(event) => setRevoke(event.currentTarget.checked)}
            />
            <label htmlFor={tickId}>{words.removeRevoke}</label>
            <p id={`${tickId}-meaning`} className="quiet">
              {revoke ? words.removeRevokeMeaning : words.removeKeepMeaning}
            </p>
          </div>
        )}
        <label className="field">
          <span>{words.resetType}</span>
          <input
            type="text"
            autoComplete="off"
            spellCheck={false}
            data-first
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
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
    return (
      <p className="quiet" role="status">
        {words.othersCounting}
      </p>
    );
  }
  if (!answer.ok) return <p className="quiet">{words.othersUncounted}</p>;
  return <OthersLeft {...answer.value} chosen={chosen} onChoose={onChoose} />;
}

function Working({ status, onClose, known }: RemovalDialogProps & { readonly known: number }): ReactElement {
  // Where the process tells its progress, that is shown; else the blocks that have gone from the snapshots since. As
  // long as neither moves, a bar that stands at nothing would look stuck.
  const { done, total } = status.progress ?? { done: Math.max(0, known - knownBlocks(status)), total: known };
  return (
    <Dialog
      title={words.resetWorking}
      onClose={onClose}
      actions={
        <button type="button" className="button" onClick={onClose}>
          {words.hide}
        </button>
      }
    >
      {total === 0 || (done === 0 && status.progress === null) ? (
        <progress className="progress" aria-label={words.resetWorking} />
      ) : (
        <>
          <p className="figures">{words.resetWorkingCount(done, total)}</p>
          <progress className="progress" aria-label={words.resetWorking} value={done} max={total} />
        </>
      )}
      <p className="quiet">{words.resetStays}</p>
    </Dialog>
  );
}

function Outcome(props: RemovalDialogProps & { readonly answer: Result<ResetReceipt, AppError> }): ReactElement {
  const { removal, answer, onClose } = props;
  const done = (
    <button type="button" className="button button-main" data-first onClick={onClose}>
      {words.done}
    </button>
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
      <ReceiptDetails receipt={answer.value} />
    </Dialog>
  );
}

/** What has come of a removal: counts that add up, what was left and what is still there. */
export function ReceiptDetails({ receipt }: { readonly receipt: ResetReceipt }): ReactElement {
  const { others, still, unread, cameBack, notRevoked } = receipt;
  return (
    <>
      <dl className="receipt">
        {words.receipt(receipt).map((line) => (
          <div key={line.label}>
            <dt>{line.label}</dt>
            <dd>{number(line.count)}</dd>
          </div>
        ))}
      </dl>
      {others.length === 0 ? null : (
        <section className="group">
          <h3>{words.receiptLeft}</h3>
          <ul className="plain-list">
            {others.map((each) => (
              <li key={each.calendarId} className="count-row">
                <span className="count">{number(each.count)}</span>
                <bdi>{each.name}</bdi>
              </li>
            ))}
          </ul>
          <p className="quiet">{words.othersMeaning}</p>
          {unread.length === 0 ? null : <p className="quiet">{words.othersUnread(unread)}</p>}
        </section>
      )}
      {still.length === 0 ? null : (
        <section className="group">
          <h3>{words.receiptStill}</h3>
          <ul className="plain-list">
            {still.map((each) => (
              <li key={each.calendarId} className="count-row">
                <span className="count">{each.count === 0 ? '?' : number(each.count)}</span>
                <span>
                  <bdi>{each.name}</bdi>: <bdi className="quiet">{matterFor(each.error).sentence}</bdi>
                  {each.later ? <span className="quiet"> {words.receiptLater}</span> : null}
                </span>
              </li>
            ))}
          </ul>
          {still.every((each) => each.later) ? null : <p className="quiet">{words.receiptStillMeaning}</p>}
        </section>
      )}
      {cameBack === 0 ? null : <p>{words.receiptCameBack(cameBack)}</p>}
      {notRevoked === null ? null : (
        <p>
          {words.receiptNotRevoked} <span className="quiet">{matterFor(notRevoked).sentence}</span>
        </p>
      )}
    </>
  );
}
