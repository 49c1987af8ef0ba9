import type { ReactElement } from 'react';
import type { AccountView, Status } from '../../shared/dto.ts';
import type { SignIn } from '../hooks.ts';
import { words } from '../words.ts';
import { ActionRow } from './action-row.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { CancelSignIn } from './matters.tsx';
import { MiddleText } from './middle-text.tsx';

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
          <Button look="main" aria-disabled={waiting} onClick={() => signIn.start()}>
            {waiting ? words.signInWaiting : words.accountAdd}
          </Button>
        </>
      }
    >
      {status.accounts.length === 0 ? <p>{words.accountsNone}</p> : null}
      <ul>
        {status.accounts.map((account) => (
          <ActionRow key={account.id}>
            <MiddleText text={account.email} />
            <Button aria-label={`${words.accountRemove} ${account.email}`} onClick={() => onRemove(account)}>
              {words.accountRemove}
            </Button>
          </ActionRow>
        ))}
      </ul>
    </Dialog>
  );
}
