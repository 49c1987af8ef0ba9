import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { MiddleText } from '../middle-text.tsx';
import { PlanDetails } from '../plan-details.tsx';
import { planSentence, writesSomething } from '../preview-dialog.tsx';
import { CalendarTable } from './calendar-table.tsx';
import { ClientStep } from './client-step.tsx';
import { StepActions, StepHeading, dueStep, stepOf, type GuideProps, type Steps } from './guide-steps.tsx';
import { AskFailed, Loading } from './section.tsx';
import { AddAccount } from './sign-in-button.tsx';

const said = words.guide;

/** The first steps: what CalSync does, the Google client, the accounts, the calendars; then it starts. */
export function Guide(props: GuideProps): ReactElement {
  const { bridge, asked } = props;
  const [at, setStep] = useState<number | null>(asked === null ? null : stepOf.client);
  const [started, setStarted] = useState(false);
  const [moved, setMoved] = useState(false);
  const go = (to: number): void => {
    setMoved(true);
    setStep(to);
  };
  const client = useAsked(useCallback(() => bridge.call('client.get'), [bridge])).answer;
  // Kept from then on, because what is done in a step must not take the person away from it.
  if (at === null && client !== null) setStep(dueStep(props.status, client.ok ? client.value.present : null));
  const [answered, setAnswered] = useState(asked);
  if (asked !== answered) {
    setAnswered(asked);
    if (asked !== null) go(stepOf.client);
  }
  if (at === null) return <Loading />;
  const step = at;
  const steps: Steps = { step, moved, next: () => go(step + 1), back: () => go(step - 1) };
  if (started) {
    return (
      <div className="guide">
        <StepHeading title={said.calendars.started} steps={steps} finished />
        <p>{said.calendars.startedText}</p>
        <div className="page-actions">
          <button type="button" className="button button-main" onClick={props.onLeave}>
            {said.calendars.toSettings}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div className="guide">
      <ol className="progress-line" aria-label={said.progress}>
        {said.steps.map((name, index) => (
          <li key={name} {...(index === step ? { 'aria-current': 'step' as const } : {})} data-done={index < step}>
            <span className="progress-dot" aria-hidden>
              {index < step ? <Check size={14} /> : index + 1}
            </span>
            <span>
              {name}
              {index < step ? <span className="for-readers">, {said.stepDone}</span> : null}
            </span>
          </li>
        ))}
      </ol>
      {step === stepOf.does ? <Does steps={steps} onLeave={props.onLeave} /> : null}
      {step === stepOf.client ? <ClientStep {...props} steps={steps} /> : null}
      {step === stepOf.accounts ? <Accounts {...props} steps={steps} /> : null}
      {step === stepOf.calendars ? <Calendars {...props} steps={steps} onStarted={() => setStarted(true)} /> : null}
    </div>
  );
}

function Does({ steps, onLeave }: { readonly steps: Steps; readonly onLeave: () => void }): ReactElement {
  const { does } = said;
  return (
    <>
      <StepHeading title={does.title} steps={steps} />
      <p>{does.text}</p>
      <div className="guide-columns">
        <section>
          <h2>{does.will}</h2>
          <ul className="bullets">
            {does.wills.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </section>
        <section>
          <h2>{does.never}</h2>
          <ul className="bullets">
            {does.nevers.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </section>
      </div>
      <div className="page-actions guide-actions">
        <button type="button" className="button" onClick={onLeave}>
          {said.leave}
        </button>
        <button type="button" className="button button-main" onClick={steps.next}>
          {said.next}
        </button>
      </div>
    </>
  );
}

function Accounts(props: GuideProps & { readonly steps: Steps }): ReactElement {
  const { status, signIn, steps } = props;
  const { accounts } = said;
  const count = status.accounts.length;
  return (
    <>
      <StepHeading title={accounts.title} steps={steps} />
      <p>{accounts.text}</p>
      <ul className="plain-list rows" aria-label={words.accountsTitle}>
        {status.accounts.map((account) => (
          <li key={account.id} className="row account-row" data-state={account.state}>
            <div className="row-words">
              <p className="row-title">
                <MiddleText text={account.email} />
              </p>
            </div>
            <p className="state-line">
              <Check size={16} aria-hidden />
              {words.settings.accounts.state[account.state]}
            </p>
          </li>
        ))}
      </ul>
      <p className="quiet" role="status">
        {count === 0 ? accounts.none : count === 1 ? accounts.oneMore : ''}
      </p>
      <div>
        <AddAccount signIn={signIn} label={count === 0 ? accounts.add : accounts.addAnother} />
      </div>
      <p className="quiet">{accounts.tick}</p>
      {status.started ? null : <p className="quiet">{accounts.held}</p>}
      <StepActions steps={steps} ready={count > 0} />
    </>
  );
}

function Calendars(props: GuideProps & { readonly steps: Steps; readonly onStarted: () => void }): ReactElement {
  const { bridge, status, steps } = props;
  const { calendars } = said;
  const plan = useAsked(useCallback(() => bridge.call('plan.preview'), [bridge]));
  const [starting, setStarting] = useState(false);
  const use = async (change: {
    calendarId: (typeof status.calendars)[number]['id'];
    source: boolean;
    target: boolean;
  }) => {
    const answer = await bridge.call('calendar.use', change);
    props.tell(answer);
    if (answer.ok) plan.again();
  };
  const start = async (): Promise<void> => {
    setStarting(true);
    // Before the sync, because a window that is closed meanwhile would otherwise leave CalSync paused.
    const resumed = status.pausedUntil === null ? null : await bridge.call('sync.resume');
    const answer = resumed?.ok === false ? resumed : await bridge.call('sync.start');
    setStarting(false);
    props.tell(answer);
    if (answer.ok) props.onStarted();
  };
  const preview = plan.answer?.ok === true ? plan.answer.value : null;
  const progress = status.progress;
  return (
    <>
      <StepHeading title={calendars.title} steps={steps} />
      <p>{calendars.text}</p>
      <CalendarTable
        status={status}
        now={props.now}
        viewer={props.viewer}
        pending={null}
        onRenamed={({ id: calendarId }, same) =>
          void props.bridge.call('calendar.renamed', { calendarId, same }).then(props.tell)
        }
        onUse={(calendar, to) => void use({ calendarId: calendar.id, ...to })}
      />
      <p className="quiet">{words.settings.calendars.quietOnes}</p>
      <section className="part" aria-labelledby="guide-preview">
        <h2 id="guide-preview">{calendars.preview}</h2>
        <p role="status" className="weighty">
          {plan.answer === null ? calendars.previewWorking : ''}
          {preview === null ? '' : writesSomething(preview) ? planSentence(preview) : calendars.previewNothing}
        </p>
        {preview === null ? null : (
          <PlanDetails preview={preview} status={status} now={props.now} viewer={props.viewer} />
        )}
        {plan.answer?.ok === false ? <AskFailed error={plan.answer.error} onAgain={plan.again} /> : null}
        <p className="quiet">{calendars.promise}</p>
      </section>
      {starting && progress !== null && progress.total > 0 ? (
        <>
          <p className="figures">{words.syncingCount(progress.done, progress.total)}</p>
          <progress className="progress" aria-label={words.syncProgress} value={progress.done} max={progress.total} />
        </>
      ) : null}
      <div className="page-actions guide-actions">
        <button type="button" className="button" disabled={starting} onClick={steps.back}>
          {said.back}
        </button>
        <button
          type="button"
          className="button button-main"
          disabled={starting || plan.answer?.ok !== true}
          onClick={() => void start()}
        >
          {starting ? calendars.starting : calendars.start}
        </button>
      </div>
    </>
  );
}
