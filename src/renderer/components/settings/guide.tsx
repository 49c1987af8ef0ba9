import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Bullets } from '../bullets.tsx';
import { Button } from '../button.tsx';
import { MiddleText } from '../middle-text.tsx';
import { PlanDetails } from '../plan-details.tsx';
import { planSentence, writesSomething } from '../preview-dialog.tsx';
import { ProgressBar } from '../progress-bar.tsx';
import { ForReaders, Quiet, Weighty } from '../text.tsx';
import { ButtonRow } from './button-row.tsx';
import { CalendarTable } from './calendar-table.tsx';
import { ClientStep } from './client-step.tsx';
import { StepActions, StepFoot, StepHeading, dueStep, stepOf, type GuideProps, type Steps } from './guide-steps.tsx';
import styles from './guide.module.css';
import { Row, RowWords } from './row.tsx';
import { AskFailed, Loading, Part } from './section.tsx';
import { AddAccount } from './sign-in-button.tsx';
import { StateLine } from './state-line.tsx';

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
      <div className={styles.guide}>
        <StepHeading title={said.calendars.started} steps={steps} finished />
        <p>{said.calendars.startedText}</p>
        <ButtonRow>
          <Button look="main" onClick={props.onLeave}>
            {said.calendars.toSettings}
          </Button>
        </ButtonRow>
      </div>
    );
  }
  return (
    <div className={styles.guide}>
      <ol className={styles.progress} aria-label={said.progress}>
        {said.steps.map((name, index) => (
          <li key={name} {...(index === step ? { 'aria-current': 'step' as const } : {})} data-done={index < step}>
            <span className={styles.dot} aria-hidden>
              {index < step ? <Check size={14} /> : index + 1}
            </span>
            <span>
              {name}
              {index < step ? <ForReaders>, {said.stepDone}</ForReaders> : null}
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
      <div className={styles.columns}>
        <section>
          <h2>{does.will}</h2>
          <Bullets points={does.wills} />
        </section>
        <section>
          <h2>{does.never}</h2>
          <Bullets points={does.nevers} />
        </section>
      </div>
      <StepFoot>
        <Button onClick={onLeave}>{said.leave}</Button>
        <Button look="main" onClick={steps.next}>
          {said.next}
        </Button>
      </StepFoot>
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
      <ul aria-label={words.accountsTitle}>
        {status.accounts.map((account) => (
          <Row key={account.id}>
            <RowWords>
              <Weighty>
                <MiddleText text={account.email} />
              </Weighty>
            </RowWords>
            <StateLine state={account.state}>
              <Check size={16} aria-hidden />
              {words.settings.accounts.state[account.state]}
            </StateLine>
          </Row>
        ))}
      </ul>
      <Quiet role="status">{count === 0 ? accounts.none : count === 1 ? accounts.oneMore : ''}</Quiet>
      <div>
        <AddAccount signIn={signIn} label={count === 0 ? accounts.add : accounts.addAnother} />
      </div>
      <Quiet>{accounts.tick}</Quiet>
      {status.started ? null : <Quiet>{accounts.held}</Quiet>}
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
      <Quiet>{words.settings.calendars.quietOnes}</Quiet>
      <Part labelledBy="guide-preview">
        <h2 id="guide-preview">{calendars.preview}</h2>
        <Weighty role="status">
          {plan.answer === null ? calendars.previewWorking : ''}
          {preview === null ? '' : writesSomething(preview) ? planSentence(preview) : calendars.previewNothing}
        </Weighty>
        {preview === null ? null : (
          <PlanDetails preview={preview} status={status} now={props.now} viewer={props.viewer} />
        )}
        {plan.answer?.ok === false ? <AskFailed error={plan.answer.error} onAgain={plan.again} /> : null}
        <Quiet>{calendars.promise}</Quiet>
      </Part>
      {starting && progress !== null && progress.total > 0 ? (
        <>
          <p>{words.syncingCount(progress.done, progress.total)}</p>
          <ProgressBar label={words.syncProgress} progress={progress} />
        </>
      ) : null}
      <StepFoot>
        <Button disabled={starting} onClick={steps.back}>
          {said.back}
        </Button>
        <Button look="main" disabled={starting || plan.answer?.ok !== true} onClick={() => void start()}>
          {starting ? calendars.starting : calendars.start}
        </Button>
      </StepFoot>
    </>
  );
}
