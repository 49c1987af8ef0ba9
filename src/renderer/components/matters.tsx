import { CircleHelp, TriangleAlert, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { HoldView, Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Step } from '../../shared/messages.ts';
import type { SignIn } from '../hooks.ts';
import { matterFor, words } from '../words.ts';

export interface MattersProps {
  readonly status: Status;
  /** What the last thing that the person asked for came to, where it failed. */
  readonly notice: AppError | null;
  readonly signIn: SignIn;
  readonly onDismiss: () => void;
  /** Shows the first steps, from a notice that says that they are missing. */
  readonly onSetUp: () => void;
  readonly onStep: (step: Step, error: AppError) => void;
  readonly onDecide: (hold: HoldView) => void;
  /** Shows what the first sync would write. */
  readonly onPreview: () => void;
}

/** Takes a snapshot; returns what the person should know of. Where nothing can sync, at least why the last run failed. */
export function troublesOf(status: Status): readonly AppError[] {
  if (status.troubles.length > 0 || status.health !== 'cannot-sync') return status.troubles;
  return status.lastRun?.errors.slice(0, 3) ?? [];
}

/** Which sign-in the button of a card begins. */
function waitedFor(status: Status, step: Step, trouble: AppError): SignIn['waiting'] {
  const account = step === 'sign-in' ? status.accounts.find((each) => each.email === trouble.about) : undefined;
  return account?.id ?? 'new';
}

/** One card for each matter that needs the person, most urgent first, each with its one button. */
export function Matters(props: MattersProps): ReactElement | null {
  const { status, notice, signIn } = props;
  const troubles = troublesOf(status);
  const waits = !status.started && status.accounts.length > 0;
  if (notice === null && !waits && troubles.length + status.holds.length === 0) return null;
  return (
    <section className="matters" aria-label={words.matters}>
      {notice === null ? null : <Notice error={notice} onDismiss={props.onDismiss} onSetUp={props.onSetUp} />}
      <ul className="plain-list">
        {troubles.map((trouble, index) => {
          const matter = matterFor(trouble);
          const signsIn = matter.step === 'sign-in' || matter.step === 'add-account';
          const waiting =
            signsIn && signIn.waiting !== null && signIn.waiting === waitedFor(status, matter.step, trouble);
          return (
            <li key={`${trouble.code} ${trouble.about ?? ''} ${index}`} className="card">
              <TriangleAlert className="card-icon" size={16} aria-hidden />
              <div className="card-text">
                <p>
                  <bdi>{matter.sentence}</bdi>
                </p>
                <div className="card-foot">
                  {waiting ? <CancelSignIn signIn={signIn} /> : <p className="quiet">{matter.action}</p>}
                  {matter.step === 'wait' ? null : (
                    <button
                      type="button"
                      className="button"
                      aria-disabled={signsIn && signIn.waiting !== null}
                      onClick={() => props.onStep(matter.step, trouble)}
                    >
                      {waiting ? words.signInWaiting : words.steps[matter.step]}
                    </button>
                  )}
                </div>
              </div>
            </li>
          );
        })}
        {waits ? (
          <li className="card">
            <CircleHelp className="card-icon" size={16} aria-hidden />
            <div className="card-text">
              <p>{words.preview.notStartedPopup}</p>
              <p className="quiet">{words.preview.notStartedMeaning}</p>
            </div>
            <button type="button" className="button" onClick={props.onPreview}>
              {words.preview.notStartedButton}
            </button>
          </li>
        ) : null}
        {status.holds.map((hold) => (
          <li key={hold.key} className="card">
            <CircleHelp className="card-icon" size={16} aria-hidden />
            <div className="card-text">
              <p>
                <bdi>{words.holdSentence(hold)}</bdi>
              </p>
              <div className="card-foot">
                <p className="quiet">{words.holdMeaning[hold.kind]}</p>
                <button type="button" className="button" onClick={() => props.onDecide(hold)}>
                  {words.holdDecide}
                </button>
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Notice(props: {
  readonly error: AppError;
  readonly onDismiss: () => void;
  readonly onSetUp: () => void;
}): ReactElement {
  const { error, onDismiss, onSetUp } = props;
  const matter = matterFor(error);
  return (
    <div className="card" role="alert">
      <TriangleAlert className="card-icon" size={16} aria-hidden />
      <div className="card-text">
        <p>
          <bdi>{matter.sentence}</bdi>
        </p>
        <div className="card-foot">
          <p className="quiet">{matter.action}</p>
          {matter.step === 'set-up' ? (
            <button type="button" className="button" onClick={onSetUp}>
              {words.steps['set-up']}
            </button>
          ) : null}
        </div>
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={words.dismiss}
        title={words.dismiss}
        onClick={onDismiss}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}

/** Gives up a sign-in whose page in the browser nobody will finish. */
export function CancelSignIn({ signIn }: { readonly signIn: SignIn }): ReactElement {
  return (
    <button type="button" className="link-button" aria-label={words.cancelSignIn} onClick={signIn.cancel}>
      {words.cancel}
    </button>
  );
}
