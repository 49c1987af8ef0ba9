import type { ReactElement } from 'react';
import type { SignIn } from '../../hooks.ts';
import { words } from '../../words.ts';

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
      <button type="button" className={main ? 'button button-main' : 'button'} onClick={() => signIn.start()}>
        {label}
      </button>
    );
  }
  return <Waiting signIn={signIn} />;
}

/** Leads to the first steps, at the one that is due: an account needs a Google client first. */
export function Begin(): ReactElement {
  return (
    <button
      type="button"
      className="button button-main"
      onClick={() => {
        window.location.hash = 'guide';
      }}
    >
      {words.empty.button}
    </button>
  );
}

/** What is said while a sign-in waits for the browser, and the way to give it up. */
export function Waiting({ signIn }: { readonly signIn: SignIn }): ReactElement {
  const { waiting, waitingMeaning, cancelWaiting } = words.settings.accounts;
  return (
    <div className="waiting">
      <div role="status">
        <p>{waiting}</p>
        <p className="quiet">{waitingMeaning}</p>
      </div>
      <button type="button" className="button" onClick={signIn.cancel}>
        {cancelWaiting}
      </button>
    </div>
  );
}
