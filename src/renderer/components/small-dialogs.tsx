import type { ReactElement } from 'react';
import type { AccountView, HoldView, Status } from '../../shared/dto.ts';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';
import type { SignIn } from '../hooks.ts';
import { CancelSignIn } from './matters.tsx';
import { MiddleText } from './middle-text.tsx';

/** Who made this, what it promises, which version it is. */
export function AboutDialog(props: { readonly status: Status; readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title={words.aboutTitle} onClose={props.onClose}>
      <p>{words.empty.sentence}</p>
      <ul className="bullets">
        {words.aboutPromises.map((promise) => (
          <li key={promise}>{promise}</li>
        ))}
      </ul>
      <p>{words.aboutPlace}</p>
      <p className="quiet figures">{words.version(props.status.version)}</p>
    </Dialog>
  );
}

export interface AccountsDialogProps {
  readonly status: Status;
  readonly signIn: SignIn;
  readonly onRemove: (account: AccountView) => void;
  readonly onClose: () => void;
}

/** The connected accounts, a way to add one and a way to remove each. */
export function AccountsDialog({ status, signIn, onRemove, onClose }: AccountsDialogProps): ReactElement {
  const waiting = signIn.waiting !== null;
  return (
    <Dialog
      title={words.accountsTitle}
      onClose={onClose}
      actions={
        <>
          {waiting ? <CancelSignIn signIn={signIn} /> : null}
          <button type="button" className="button button-main" aria-disabled={waiting} onClick={() => signIn.start()}>
            {waiting ? words.signInWaiting : words.accountAdd}
          </button>
        </>
      }
    >
      {status.accounts.length === 0 ? <p>{words.accountsNone}</p> : null}
      <ul className="plain-list">
        {status.accounts.map((account) => (
          <li key={account.id} className="action-row">
            <MiddleText text={account.email} />
            <button
              type="button"
              className="button"
              aria-label={`${words.accountRemove} ${account.email}`}
              onClick={() => onRemove(account)}
            >
              {words.accountRemove}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

export interface HoldDialogProps {
  readonly hold: HoldView;
  readonly onChoose: (choice: 'proceed' | 'put-back' | 'leave-away') => void;
  readonly onClose: () => void;
}

/** One question that waits for the person, with its possible answers. */
export function HoldDialog({ hold, onChoose, onClose }: HoldDialogProps): ReactElement {
  return (
    <Dialog
      title={words.holdTitle}
      onClose={onClose}
      actions={
        <>
          {words.holdChoices[hold.kind].map(({ choice, label }) => (
            <button
              key={choice}
              type="button"
              className={choice === 'proceed' ? 'button button-danger' : 'button'}
              onClick={() => onChoose(choice)}
            >
              {label}
            </button>
          ))}
        </>
      }
    >
      <p>
        <bdi>{words.hold(hold).sentence}</bdi>
      </p>
      <p>{words.holdQuestion[hold.kind]}</p>
      <p className="quiet">{words.hold(hold).meaning}</p>
    </Dialog>
  );
}
