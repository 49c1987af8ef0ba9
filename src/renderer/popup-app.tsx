import { BellOff, ChevronUp, Ellipsis, Info, ListChecks, Pause, Settings, Trash, Users } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { AccountView, HoldChoice, HoldView, PauseChoice, Status } from '../shared/dto.ts';
import { pauseChoiceSchema } from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import type { CalendarId } from '../shared/ids.ts';
import type { TroubleMatter } from '../shared/health.ts';
import { healthOf } from '../shared/health.ts';
import type { HealthStep } from '../shared/health-words.ts';
import { clientItem, type SettingsPage } from '../shared/ipc.ts';
import type { Result } from '../shared/result.ts';
import type { PageBridge } from './page-bridge.ts';
import { ActivityList } from './components/activity-list.tsx';
import type { CalendarListProps } from './components/calendar-list.tsx';
import { CalendarList } from './components/calendar-list.tsx';
import { HealthHeader, shownOf } from './components/health-header.tsx';
import { Matters } from './components/matters.tsx';
import { Menu } from './components/menu.tsx';
import { MutesDialog } from './components/mutes-dialog.tsx';
import { PreviewDialog } from './components/preview-dialog.tsx';
import type { Removal, RemovalChoices, RemovalSubject } from './components/removal-dialog.tsx';
import { knownBlocks, RemovalDialog } from './components/removal-dialog.tsx';
import { usePolicyChange } from './components/policy-change.tsx';
import { AboutDialog, AccountsDialog, HoldDialog } from './components/small-dialogs.tsx';
import { SignInHelp } from './components/sign-in-help.tsx';
import type { UndoSubject } from './components/undo-button.tsx';
import { UndoDialog } from './components/undo-dialog.tsx';
import type { Viewer } from './format.ts';
import { focusUnlessKept, useNow, usePageState, useSignIn } from './hooks.ts';
import { usePopupWindow } from './popup-window.ts';
import { settingsAddress } from './settings-address.ts';
import type { StatusStore } from './status-store.ts';
import { words } from './words.ts';

type OpenDialog =
  | { readonly kind: 'preview' | 'mutes' | 'accounts' | 'about' | 'removal' }
  | { readonly kind: 'hold'; readonly hold: HoldView }
  | { readonly kind: 'undo'; readonly subject: UndoSubject };

export interface PopupAppProps {
  readonly bridge: PageBridge;
  readonly store: StatusStore;
}

/** The whole page: the popup of the tray app, drawn from the last snapshot. */
export function PopupApp({ bridge, store }: PopupAppProps): ReactElement {
  const { status, connection } = usePageState(store);
  const now = useNow();
  const viewer = useMemo<Viewer>(() => ({ locale: navigator.language, timeZone: undefined }), []);
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const [removal, setRemoval] = useState<Removal | null>(null);
  const [banner, setBanner] = useState<AppError | null>(null);
  const [openCalendar, setOpenCalendar] = useState<CalendarId | null>(null);
  const popup = useRef<HTMLElement>(null);
  const health = healthOf(status, now);
  const shown = shownOf(status, health, connection);
  const running = status !== null && status.runningSince !== null;
  usePopupWindow(bridge.desktop, popup);
  const away = connection === 'lost' || connection === 'ended' || (status?.waitsFor.engine ?? null) !== null;

  /** Shows why something that the person asked for failed; a success shows in the next snapshot. */
  const tell = (answer: Result<unknown, AppError>): void => setBanner(answer.ok ? null : answer.error);
  const signIn = useSignIn(bridge, setBanner);
  const close = (): void => setDialog(null);
  const closeUndo = (): void => {
    close();
    focusUnlessKept(() => popup.current?.querySelector<HTMLElement>('#activity-head') ?? null);
  };

  const canLook = status !== null && status.waitsFor.engine === null && status.waitsFor.disk === null;
  /** Whoever has not started syncing is shown what it would write first, unless there is nothing yet that could look. */
  const sync = async (): Promise<void> => {
    if (canLook && !status.started) setDialog({ kind: 'preview' });
    else if (!running) tell(await bridge.call('sync.now'));
  };
  const start = async (): Promise<void> => {
    if (!running) tell(await bridge.call('sync.start'));
  };
  const resume = async (): Promise<void> => tell(await bridge.call('sync.resume'));
  const pause = async (until: PauseChoice): Promise<void> => tell(await bridge.call('sync.pause', { until }));
  const resolve = async (hold: HoldView, choice: HoldChoice): Promise<void> => {
    close();
    tell(await bridge.call('hold.resolve', { key: hold.key, choice, version: hold.version }));
  };
  const ask = (subject: RemovalSubject): void => {
    // A removal that is still going on is shown again, because a second one at the same time would help nobody.
    const going = removal !== null && removal.startedWith !== null && removal.answer === null;
    if (!going) setRemoval({ subject, startedWith: null, answer: null });
    setDialog({ kind: 'removal' });
  };
  const find = useCallback(
    (subject: RemovalSubject) =>
      bridge.call('blocks.find', { accountId: subject.kind === 'account' ? subject.account.id : null }),
    [bridge],
  );
  const remove = async (subject: RemovalSubject, known: number, choices: RemovalChoices): Promise<void> => {
    setRemoval({ subject, startedWith: known, answer: null });
    const answer =
      subject.kind === 'account'
        ? await bridge.call('account.remove', { accountId: subject.account.id, ...choices })
        : await bridge.call('reset.run', { confirmed: true, othersOn: choices.othersOn });
    setRemoval({ subject, startedWith: known, answer });
    setDialog({ kind: 'removal' });
  };
  const know = async (parts: TroubleMatter['parts']): Promise<void> =>
    tell(await bridge.call('trouble.known', { parts: [...parts] }));
  const take = (step: HealthStep, matter?: TroubleMatter): void => {
    if (step === 'sign-in') signIn.start(status?.accounts.find((account) => account.email === matter?.abouts[0]));
    else if (step === 'add-account') signIn.start();
    else if (step === 'resume') void resume();
    else if (step === 'set-up') openSettings('guide', matter === undefined ? undefined : clientItem);
    else if (step === 'preview') openSettings('preview');
    else if (step === 'known' && matter !== undefined) void know(matter.parts);
    else if (matter?.code === 'calendars-offered') openSettings('calendars');
    else if (step === 'show-calendar' && status !== null && matter !== undefined) showCalendar(status, matter);
    else if (step === 'try-again') void sync();
  };
  const openSettings = (page: SettingsPage, item?: typeof clientItem): void => {
    const place = item === undefined ? { page } : { page, item };
    if (bridge.desktop) void bridge.desktop.desktop('window.settings', place).then(tell);
    // A tab of its own, and the same one each time, because the popup is looked at beside it.
    else window.open(settingsAddress(page, item), 'calsync-settings');
  };
  const showCalendar = (known: Status, { code, abouts }: TroubleMatter): void => {
    const calendar = known.calendars.find((each) => each.trouble?.code === code || abouts.includes(each.name));
    if (!calendar) return;
    setOpenCalendar(calendar.id);
    // After the row has opened, otherwise it would scroll to where the row was.
    requestAnimationFrame(() => {
      const row = popup.current?.querySelector<HTMLElement>('.calendar-row[aria-expanded="true"]');
      row?.scrollIntoView({ block: 'nearest' });
      row?.focus();
    });
  };

  const menu = (
    <Menu
      label={words.menu}
      face={<Ellipsis size={16} aria-hidden />}
      className="icon-button"
      side="below"
      align="end"
      items={[
        {
          key: 'preview',
          label: words.menuItems.preview,
          icon: <ListChecks size={16} aria-hidden />,
          onChoose: () => setDialog({ kind: 'preview' }),
        },
        {
          key: 'mutes',
          label: words.menuItems.mutes,
          icon: <BellOff size={16} aria-hidden />,
          onChoose: () => setDialog({ kind: 'mutes' }),
        },
        {
          key: 'accounts',
          label: words.menuItems.accounts,
          icon: <Users size={16} aria-hidden />,
          onChoose: () => setDialog({ kind: 'accounts' }),
        },
        {
          key: 'reset',
          label: words.menuItems.reset,
          icon: <Trash size={16} aria-hidden />,
          danger: true,
          onChoose: () => ask({ kind: 'all-blocks' }),
        },
        {
          key: 'about',
          label: words.menuItems.about,
          icon: <Info size={16} aria-hidden />,
          onChoose: () => setDialog({ kind: 'about' }),
        },
      ]}
    />
  );

  return (
    <div className="stage">
      <main ref={popup} className="popup" aria-label={words.product} data-away={away} aria-busy={status === null}>
        <HealthHeader
          status={status}
          shown={shown}
          now={now}
          viewer={viewer}
          onStep={take}
          onSync={() => void sync()}
          syncDisabled={running}
          menu={away ? null : menu}
        />
        {status === null ? null : (
          <div className="scroller" inert={away}>
            <Matters
              status={status}
              health={health}
              now={now}
              viewer={viewer}
              banner={banner}
              signIn={signIn}
              onDismiss={() => setBanner(null)}
              onSetUp={() => openSettings('guide', clientItem)}
              onStep={take}
              onDecide={(hold) => setDialog({ kind: 'hold', hold })}
            />
            <SignInHelp bridge={bridge} signIn={status.signIn} tell={tell} />
            {status.accounts.length === 0 ? (
              away ? null : (
                <Welcome onBegin={() => openSettings('guide')} />
              )
            ) : (
              <UsedCalendars
                bridge={bridge}
                status={status}
                now={now}
                viewer={viewer}
                openCalendar={openCalendar}
                onOpen={setOpenCalendar}
                disabled={away}
              />
            )}
            <ActivityList
              bridge={bridge}
              onAnswer={tell}
              onUndo={(subject) => setDialog({ kind: 'undo', subject })}
              status={status}
              now={now}
              viewer={viewer}
            />
          </div>
        )}
        {status === null ? null : (
          <footer className="foot" inert={away}>
            {status.accounts.length === 0 ? <span /> : <PauseMenu onPause={(until) => void pause(until)} />}
            {status.demo ? (
              <span className="demo-badge" title={words.demoMeaning}>
                {words.demo}
              </span>
            ) : null}
            <button
              type="button"
              className="foot-button"
              onClick={() => openSettings(status.accounts.length === 0 ? 'guide' : 'accounts')}
            >
              <Settings size={16} aria-hidden />
              {words.openSettings}
            </button>
          </footer>
        )}
      </main>
      {status !== null && dialog?.kind === 'preview' ? (
        <PreviewDialog
          bridge={bridge}
          status={status}
          now={now}
          viewer={viewer}
          onSync={() => void start()}
          onClose={close}
        />
      ) : null}
      {dialog?.kind === 'mutes' ? <MutesDialog bridge={bridge} now={now} viewer={viewer} onClose={close} /> : null}
      {status !== null && dialog?.kind === 'undo' ? (
        <UndoDialog
          bridge={bridge}
          status={status}
          now={now}
          viewer={viewer}
          subject={dialog.subject}
          tell={tell}
          onShowMutes={() => setDialog({ kind: 'mutes' })}
          onClose={closeUndo}
        />
      ) : null}
      {status !== null && dialog?.kind === 'accounts' ? (
        <AccountsDialog
          status={status}
          signIn={signIn}
          onRemove={(account: AccountView) => ask({ kind: 'account', account })}
          onClose={close}
        />
      ) : null}
      {status !== null && dialog?.kind === 'about' ? <AboutDialog status={status} onClose={close} /> : null}
      {dialog?.kind === 'hold' ? (
        <HoldDialog
          bridge={bridge}
          hold={dialog.hold}
          now={now}
          viewer={viewer}
          onChoose={(choice) => void resolve(dialog.hold, choice)}
          onClose={close}
        />
      ) : null}
      {status !== null && removal !== null && dialog?.kind === 'removal' ? (
        <RemovalDialog
          removal={removal}
          status={status}
          find={find}
          onConfirm={(choices) => void remove(removal.subject, knownBlocks(status), choices)}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

/** The calendars, and what a switch of one of them would write, said before it does. */
function UsedCalendars(
  props: Omit<CalendarListProps, 'onUse' | 'pending'> & { readonly bridge: PageBridge },
): ReactElement {
  const { bridge, status, now, viewer } = props;
  const change = usePolicyChange({ bridge, status, now, viewer }, () => undefined);
  return (
    <>
      <CalendarList
        {...props}
        pending={change.pending}
        onUse={(calendarId, to) => change.offer({ kind: 'use', calendarId, ...to })}
      />
      {change.view}
    </>
  );
}

/** What is there before there is an account: what CalSync does, and the way to the step that is due. */
function Welcome({ onBegin }: { readonly onBegin: () => void }): ReactElement {
  return (
    <section className="welcome">
      <p>{words.empty.sentence}</p>
      <p className="quiet">{words.empty.promise}</p>
      <button type="button" className="button button-main" onClick={onBegin}>
        {words.empty.button}
      </button>
    </section>
  );
}

function PauseMenu(props: { readonly onPause: (until: PauseChoice) => void }): ReactElement {
  return (
    <Menu
      label={words.pause}
      face={
        <>
          <Pause size={16} aria-hidden />
          {words.pause}
          <ChevronUp size={16} aria-hidden />
        </>
      }
      faceIsName
      className="foot-button"
      side="above"
      align="start"
      items={pauseChoiceSchema.options.map((until) => ({
        key: until,
        label: words.pauseFor[until],
        onChoose: () => props.onPause(until),
      }))}
    />
  );
}
