import type { ReactElement } from 'react';
import type { SignIn } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { Quiet } from '../text.tsx';
import styles from './sign-in-button.module.css';

/** The button that adds an account; while a sign-in waits for the browser, that is said and can be given up. */
export function AddAccount(props: {
  readonly signIn: SignIn;
  readonly label: string;
  /** False where something else on the page matters more. */
  readonly main?: boolean;
}): ReactElement {
  const { signIn, label, main = true } = props;
  if (signIn.waiting === null) {
    return (
      <Button look={main ? 'main' : 'plain'} onClick={() => signIn.start()}>
        {label}
      </Button>
    );
  }
  return <Waiting signIn={signIn} />;
}

/** Leads to the first steps, at the one that is due: an account needs a Google client first. */
export function Begin(): ReactElement {
  return (
    <Button
      look="main"
      onClick={() => {
        window.location.hash = 'guide';
      }}
    >
      {words.empty.button}
    </Button>
  );
}

/** What is said while a sign-in waits for the browser, and the way to give it up. */
export function Waiting({ signIn }: { readonly signIn: SignIn }): ReactElement {
  const { waiting, waitingMeaning, cancelWaiting } = words.settings.accounts;
  return (
    <div className={styles.waiting}>
      <div role="status">
        <p>{waiting}</p>
        <Quiet>{waitingMeaning}</Quiet>
      </div>
      <Button onClick={signIn.cancel}>{cancelWaiting}</Button>
    </div>
  );
}
