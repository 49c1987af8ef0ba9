import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { AccountView, HeldBlocks, HoldChoice, HoldView, Status } from '../../shared/dto.ts';
import { appError } from '../../shared/errors.ts';
import type { Instant } from '../../shared/time.ts';
import { formatStart } from '../format.ts';
import type { Viewer } from '../format.ts';
import { useAsked } from '../hooks.ts';
import type { PageBridge } from '../page-bridge.ts';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';
import type { SignIn } from '../hooks.ts';
import { CancelSignIn } from './matters.tsx';
import { MiddleText } from './middle-text.tsx';
import { Failure } from './preview-dialog.tsx';

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
  readonly bridge: PageBridge;
  /** As it was when the person was asked: what is held later is another question. */
  readonly hold: HoldView;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onChoose: (choice: HoldChoice) => void;
  readonly onClose: () => void;
}

/** One question that waits for the person: the very blocks that it is about, and two equal answers. */
export function HoldDialog({ bridge, hold, now, viewer, onChoose, onClose }: HoldDialogProps): ReactElement {
  const { key, kind, version, count } = hold;
  const asked = useAsked(useCallback(() => bridge.call('hold.blocks', { key }), [bridge, key]));
  const blocks = asked.answer?.ok === true && asked.answer.value.version === version ? asked.answer.value.blocks : null;
  const failed =
    asked.answer === null || blocks !== null ? null : asked.answer.ok ? appError('hold-changed') : asked.answer.error;
  return (
    <Dialog
      title={words.holdTitle}
      onClose={onClose}
      actions={words.holdChoices[kind].map(({ choice, label }) => (
        <button
          key={choice ?? 'none'}
          type="button"
          className="button"
          // Nobody answers about blocks that they have not been shown.
          disabled={choice !== null && blocks === null}
          onClick={() => (choice === null ? onClose() : onChoose(choice))}
        >
          {label(count)}
        </button>
      ))}
    >
      <p>
        <bdi>{words.hold(hold).sentence}</bdi>
      </p>
      <p className="quiet">{words.hold(hold).meaning}</p>
      {asked.answer === null ? <p role="status">{words.working}</p> : null}
      {failed === null ? null : <Failure error={failed} />}
      {blocks === null ? null : (
        <section className="group">
          <h3>{words.holdBlocks[kind]}</h3>
          {[...Map.groupBy(blocks, ({ targetId }) => targetId)].map(([targetId, list]) => (
            <section key={targetId}>
              <h4>
                <bdi>{words.holdIn(list[0]?.targetName ?? targetId, list.length)}</bdi>
              </h4>
              <HeldTimes list={list} now={now} viewer={viewer} />
            </section>
          ))}
        </section>
      )}
    </Dialog>
  );
}

/** More lines than this at once would only be scrolled past. */
const heldAtFirst = 30;

/** When the blocks of one calendar start; of many the first, and the rest where it is asked for. */
function HeldTimes(props: {
  readonly list: HeldBlocks['blocks'];
  readonly now: Instant;
  readonly viewer: Viewer;
}): ReactElement {
  const { list, now, viewer } = props;
  const [all, setAll] = useState(false);
  const shown = all ? list : list.slice(0, heldAtFirst);
  const rest = list.length - shown.length;
  return (
    <>
      <ul className="plain-list held-blocks figures">
        {shown.map(({ start, series }, index) => (
          <li key={index}>
            {start === null ? words.someTime : (formatStart(start, now, viewer) ?? words.someTime)}
            {series ? `, ${words.activitySeries}` : ''}
          </li>
        ))}
      </ul>
      {rest === 0 ? null : (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {words.activityMore(rest)}
        </button>
      )}
    </>
  );
}
