import type { LucideIcon } from 'lucide-react';
import { CircleHelp, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { HoldView, Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Health, Need, TroubleMatter } from '../../shared/health.ts';
import { isForThePerson } from '../../shared/health.ts';
import type { HealthStep } from '../../shared/health-words.ts';
import { listedMatters, matterSaid } from '../../shared/health-words.ts';
import type { Instant } from '../../shared/time.ts';
import type { Viewer } from '../format.ts';
import { formatMoment, voiceOf } from '../format.ts';
import type { SignIn } from '../hooks.ts';
import { matterFor, words } from '../words.ts';
import { Button, IconButton } from './button.tsx';
import styles from './matters.module.css';
import { Quiet } from './text.tsx';

export interface MattersProps {
  readonly status: Status;
  readonly health: Health;
  readonly now: Instant;
  readonly viewer: Viewer;
  /** What the last thing that the person asked for came to, where it failed. */
  readonly banner: AppError | null;
  readonly signIn: SignIn;
  readonly onDismiss: () => void;
  /** Shows the first steps, from a banner that says that they are missing. */
  readonly onSetUp: () => void;
  readonly onStep: (step: HealthStep, matter: TroubleMatter) => void;
  readonly onDecide: (hold: HoldView) => void;
}

/** Which sign-in the button of a card begins. */
function waitedFor(status: Status, step: HealthStep, { abouts }: TroubleMatter): SignIn['waiting'] {
  const account = step === 'sign-in' ? status.accounts.find((each) => each.email === abouts[0]) : undefined;
  return account?.id ?? 'new';
}

/** One card for each matter, what needs the person first, each with its one button; what needs nobody has none. */
export function Matters(props: MattersProps): ReactElement | null {
  const { health, banner, signIn, onDecide } = props;
  const matters = listedMatters(health);
  if (banner === null && matters.length === 0) return null;
  const asks = banner !== null || matters.some(isForThePerson);
  return (
    <section className={styles.matters} aria-label={asks ? words.matters : words.mattersQuiet}>
      {banner === null ? null : <Banner error={banner} onDismiss={props.onDismiss} onSetUp={props.onSetUp} />}
      <ul>
        {matters.map((matter) =>
          matter.kind === 'hold' ? (
            <HoldCard key={matter.hold.key} hold={matter.hold} onDecide={onDecide} />
          ) : (
            <TroubleCard key={`${matter.code} ${matter.abouts.join(' ')}`} {...props} matter={matter} signIn={signIn} />
          ),
        )}
      </ul>
    </section>
  );
}

function TroubleCard(props: MattersProps & { readonly matter: TroubleMatter }): ReactElement {
  const { matter, status, signIn, now, viewer } = props;
  const { sentence, meaning, step } = matterSaid(matter, voiceOf(now, viewer));
  const signsIn = step === 'sign-in' || step === 'add-account';
  const waiting = signsIn && signIn.waiting !== null && signIn.waiting === waitedFor(status, step, matter);
  const isQuiet = !isForThePerson(matter);
  const said = matter.known ? words.known : meaning;
  const since = matter.since === null ? '' : ` ${words.since(formatMoment(matter.since, now, viewer))}`;
  return (
    <Card need={isQuiet ? 'nobody' : matter.need} icon={isQuiet ? Info : TriangleAlert} sentence={sentence}>
      {waiting ? <CancelSignIn signIn={signIn} /> : <Quiet>{`${said}${since}`}</Quiet>}
      {step === null ? null : (
        <Button aria-disabled={signsIn && signIn.waiting !== null} onClick={() => props.onStep(step, matter)}>
          {waiting ? words.signInWaiting : words.steps[step]}
        </Button>
      )}
    </Card>
  );
}

function HoldCard(props: { readonly hold: HoldView; readonly onDecide: (hold: HoldView) => void }): ReactElement {
  const { sentence, meaning } = words.hold(props.hold);
  return (
    <Card need="person" icon={CircleHelp} sentence={sentence}>
      <Quiet>{meaning}</Quiet>
      <Button onClick={() => props.onDecide(props.hold)}>{words.holdDecide}</Button>
    </Card>
  );
}

/** One matter: what is so, and below it what that means and its one button. */
function Card(props: {
  readonly need: Need;
  readonly icon: LucideIcon;
  readonly sentence: string;
  readonly children: ReactNode;
}): ReactElement {
  const { need, icon: Icon, sentence, children } = props;
  return (
    <li className={styles.card} data-need={need}>
      <Icon className={styles.icon} size={16} aria-hidden />
      <div className={styles.text}>
        <p>
          <bdi>{sentence}</bdi>
        </p>
        <div className={styles.foot}>{children}</div>
      </div>
    </li>
  );
}

function Banner(props: {
  readonly error: AppError;
  readonly onDismiss: () => void;
  readonly onSetUp: () => void;
}): ReactElement {
  const { error, onDismiss, onSetUp } = props;
  const matter = matterFor(error);
  return (
    <div className={styles.card} role="alert">
      <TriangleAlert className={styles.icon} size={16} aria-hidden />
      <div className={styles.text}>
        <p>
          <bdi>{matter.sentence}</bdi>
        </p>
        <div className={styles.foot}>
          <Quiet>{matter.action}</Quiet>
          {matter.step === 'set-up' ? <Button onClick={onSetUp}>{words.steps['set-up']}</Button> : null}
        </div>
      </div>
      <IconButton name={words.dismiss} onClick={onDismiss}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

/** Gives up a sign-in whose page in the browser nobody will finish. */
export function CancelSignIn({ signIn }: { readonly signIn: SignIn }): ReactElement {
  return (
    <Button look="link" aria-label={words.cancelSignIn} onClick={signIn.cancel}>
      {words.cancel}
    </Button>
  );
}
