import { CircleCheck, Clock, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { AccountView, Status } from '../../../shared/dto.ts';
import { keychainItem } from '../../../shared/ipc.ts';
import { day } from '../../../shared/time.ts';
import { formatMoment } from '../../format.ts';
import { matterFor, words } from '../../words.ts';
import { Button } from '../button.tsx';
import { MiddleText } from '../middle-text.tsx';
import { Attention, Quiet } from '../text.tsx';
import styles from './accounts-page.module.css';
import { ButtonRow } from './button-row.tsx';
import type { PageProps } from './page-props.ts';
import { needsPerson } from './page-props.ts';
import { Row, RowActions, RowWords } from './row.tsx';
import { Empty } from './section.tsx';
import { AddAccount, Begin, Waiting } from './sign-in-button.tsx';
import { StateLine } from './state-line.tsx';

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
      <ul>
        {status.accounts.map((account) => (
          <AccountRow key={account.id} {...props} account={account} />
        ))}
      </ul>
      <ButtonRow>
        {signIn.waiting === null || signIn.waiting === 'new' ? (
          <AddAccount signIn={signIn} label={said.add} main={!status.accounts.some(needsPerson)} />
        ) : null}
      </ButtonRow>
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
    <div className={styles.note} role="note" data-item={keychainItem} tabIndex={-1}>
      <TriangleAlert size={16} aria-hidden />
      <div>
        <p>{matter.sentence}</p>
        <Quiet>{matter.action}</Quiet>
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
  const Ends = endsAt !== null && Date.parse(endsAt) - now < 2 * day ? Attention : Quiet;
  return (
    <Row data-state={account.state} data-item={account.id}>
      <RowWords>
        <h2>
          <MiddleText text={account.email} />
        </h2>
        <StateLine state={account.state}>
          <Icon size={16} aria-hidden />
          <span>{said.state[account.state]}</span>
          <Quiet as="span">{said.calendars(calendars.length)}</Quiet>
        </StateLine>
        {meaning === null ? null : <Quiet>{meaning}</Quiet>}
        {endsAt === null || account.state !== 'connected' ? null : (
          <Ends>
            {said.ends(formatMoment(endsAt, now, viewer))}. <Quiet as="span">{said.endsMeaning}</Quiet>
          </Ends>
        )}
        {account.kept === 'until-quit' && account.state !== 'needs-sign-in' && !status.demo ? (
          <Quiet>
            {said.untilQuit}. {said.untilQuitMeaning}
          </Quiet>
        ) : null}
        {signIn.waiting === account.id ? <Waiting signIn={signIn} /> : null}
      </RowWords>
      <RowActions>
        {signIn.waiting === account.id ? null : (
          <Button
            look={account.state === 'needs-sign-in' ? 'main' : 'plain'}
            aria-label={`${said.reconnect}: ${account.email}`}
            disabled={signIn.waiting !== null}
            onClick={() => signIn.start(account)}
          >
            {said.reconnect}
          </Button>
        )}
        <Button
          aria-label={`${said.remove} ${account.email}`}
          onClick={() => props.askRemoval({ kind: 'account', account })}
        >
          {said.remove}
        </Button>
      </RowActions>
    </Row>
  );
}
