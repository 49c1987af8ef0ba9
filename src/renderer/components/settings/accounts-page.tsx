import { CircleCheck, Clock, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { AccountView, Status } from '../../../shared/dto.ts';
import { keychainItem } from '../../../shared/ipc.ts';
import { day } from '../../../shared/time.ts';
import { formatMoment } from '../../format.ts';
import { matterFor, words } from '../../words.ts';
import { MiddleText } from '../middle-text.tsx';
import type { PageProps } from './page-props.ts';
import { needsPerson } from './page-props.ts';
import { Empty } from './section.tsx';
import { AddAccount, Begin, Waiting } from './sign-in-button.tsx';

const said = words.settings.accounts;
const icons = { connected: CircleCheck, 'needs-sign-in': TriangleAlert, resting: Clock };

/** Each signed-in account: how it stands, until when, and what can be done about it. */
export function AccountsPage(props: PageProps): ReactElement {
  const { status, signIn } = props;
  if (status.accounts.length === 0) {
    return (
      <>
        <KeychainNote status={status} />
        <Empty sentence={words.settings.noAccount} meaning={words.settings.noAccountMeaning}>
          <Begin />
        </Empty>
      </>
    );
  }
  return (
    <>
      <KeychainNote status={status} />
      <ul className="plain-list rows">
        {status.accounts.map((account) => (
          <AccountRow key={account.id} {...props} account={account} />
        ))}
      </ul>
      <div className="page-actions">
        {signIn.waiting === null || signIn.waiting === 'new' ? (
          <AddAccount signIn={signIn} label={said.add} main={!status.accounts.some(needsPerson)} />
        ) : null}
      </div>
    </>
  );
}

/** Why sign-ins are not kept, where they are not. It can have the focus, because a notification leads here. */
function KeychainNote({ status }: { readonly status: Status }): ReactElement | null {
  const trouble =
    status.waitsFor.keychain?.error ?? status.troubles.find(({ code }) => code === 'keychain-unavailable');
  if (trouble === undefined) return null;
  const matter = matterFor(trouble);
  return (
    <div className="keychain-note" role="note" data-item={keychainItem} tabIndex={-1}>
      <TriangleAlert size={16} aria-hidden />
      <div>
        <p>{matter.sentence}</p>
        <p className="quiet">{matter.action}</p>
      </div>
    </div>
  );
}

function AccountRow(props: PageProps & { readonly account: AccountView }): ReactElement {
  const { account, status, now, viewer, signIn } = props;
  const Icon = icons[account.state];
  const calendars = status.calendars.filter((calendar) => calendar.accountId === account.id);
  const meaning = said.stateMeaning[account.state];
  const endsAt = account.signInEndsAt;
  const endsSoon = endsAt !== null && Date.parse(endsAt) - now < 2 * day;
  return (
    <li className="row account-row" data-state={account.state} data-item={account.id}>
      <div className="row-words">
        <h2 className="row-title">
          <MiddleText text={account.email} />
        </h2>
        <p className="state-line">
          <Icon size={16} aria-hidden />
          <span>{said.state[account.state]}</span>
          <span className="quiet">{said.calendars(calendars.length)}</span>
        </p>
        {meaning === null ? null : <p className="quiet">{meaning}</p>}
        {endsAt === null || account.state !== 'connected' ? null : (
          <p className={endsSoon ? 'note-attention' : 'quiet'}>
            {said.ends(formatMoment(endsAt, now, viewer))}. <span className="quiet">{said.endsMeaning}</span>
          </p>
        )}
        {account.kept === 'until-quit' && account.state !== 'needs-sign-in' && !status.demo ? (
          <p className="quiet">
            {said.untilQuit}. {said.untilQuitMeaning}
          </p>
        ) : null}
        {signIn.waiting === account.id ? <Waiting signIn={signIn} /> : null}
      </div>
      <div className="row-actions">
        {signIn.waiting === account.id ? null : (
          <button
            type="button"
            className={account.state === 'needs-sign-in' ? 'button button-main' : 'button'}
            aria-label={`${said.reconnect}: ${account.email}`}
            disabled={signIn.waiting !== null}
            onClick={() => signIn.start(account)}
          >
            {said.reconnect}
          </button>
        )}
        <button
          type="button"
          className="button"
          aria-label={`${said.remove} ${account.email}`}
          onClick={() => props.askRemoval({ kind: 'account', account })}
        >
          {said.remove}
        </button>
      </div>
    </li>
  );
}
