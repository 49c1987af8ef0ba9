import type { ReactElement } from 'react';
import { useMemo, useRef, useState } from 'react';
import type { PauseChoice, Status } from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import type { CalendarId } from '../shared/ids.ts';
import type { TroubleMatter } from '../shared/health.ts';
import { healthOf } from '../shared/health.ts';
import type { HealthStep } from '../shared/health-words.ts';
import { clientItem, type SettingsPage } from '../shared/ipc.ts';
import type { Result } from '../shared/result.ts';
import { AboutDialog } from './components/about-dialog.tsx';
import { AccountsDialog } from './components/accounts-dialog.tsx';
import { ActivityList } from './components/activity-list.tsx';
import type { CalendarListProps } from './components/calendar-list.tsx';
import { CalendarList } from './components/calendar-list.tsx';
import { HealthHeader, shownOf } from './components/health-header.tsx';
import { Matters } from './components/matters.tsx';
import { usePolicyChange } from './components/policy-change.tsx';
import { PopupFoot } from './components/popup-foot.tsx';
import { PopupMenu } from './components/popup-menu.tsx';
import { PreviewDialog } from './components/preview-dialog.tsx';
import { SignInHelp } from './components/sign-in-help.tsx';
import { Welcome } from './components/welcome.tsx';
import { useDialogs } from './dialogs.tsx';
import type { Viewer } from './format.ts';
import { useNow, usePageState, useSignIn } from './hooks.ts';
import type { PageBridge } from './page-bridge.ts';
import styles from './popup-app.module.css';
import { usePopupWindow } from './popup-window.ts';
import { settingsAddress } from './settings-address.ts';
import type { StatusStore } from './status-store.ts';
import { words } from './words.ts';

export interface PopupAppProps {
  readonly bridge: PageBridge;
  readonly store: StatusStore;
}

/** The whole page: the popup of the tray app, drawn from the last snapshot. */
export function PopupApp({ bridge, store }: PopupAppProps): ReactElement {
  const { status, connection } = usePageState(store);
  const now = useNow();
  const viewer = useMemo<Viewer>(() => ({ locale: navigator.language, timeZone: undefined }), []);
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
  const dialogs = useDialogs({
    bridge,
    status,
    now,
    viewer,
    tell,
    afterUndo: () => popup.current?.querySelector<HTMLElement>('#activity-head') ?? null,
  });

  const canLook = status !== null && status.waitsFor.engine === null && status.waitsFor.disk === null;
  /** Whoever has not started syncing is shown what it would write first, unless there is nothing yet that could look. */
  const sync = async (): Promise<void> => {
    if (canLook && !status.started) dialogs.show({ kind: 'preview' });
    else if (!running) tell(await bridge.call('sync.now'));
  };
  const start = async (): Promise<void> => {
    if (!running) tell(await bridge.call('sync.start'));
  };
  const resume = async (): Promise<void> => tell(await bridge.call('sync.resume'));
  const pause = async (until: PauseChoice): Promise<void> => tell(await bridge.call('sync.pause', { until }));
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
      const row = popup.current?.querySelector<HTMLElement>('[data-item] > [aria-expanded="true"]');
      row?.scrollIntoView({ block: 'nearest' });
      row?.focus();
    });
  };

  return (
    <div className={styles.stage}>
      <main ref={popup} className={styles.popup} aria-label={words.product} aria-busy={status === null}>
        <HealthHeader
          status={status}
          shown={shown}
          now={now}
          viewer={viewer}
          onStep={take}
          onSync={() => void sync()}
          syncDisabled={running}
          menu={
            away ? null : (
              <PopupMenu
                onChoose={(item) =>
                  item === 'reset' ? dialogs.askRemoval({ kind: 'all-blocks' }) : dialogs.show({ kind: item })
                }
              />
            )
          }
        />
        {status === null ? null : (
          <div className={styles.scroller} data-scroller inert={away}>
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
              onDecide={(hold) => dialogs.show({ kind: 'hold', hold })}
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
              onUndo={(subject) => dialogs.show({ kind: 'undo', subject })}
              status={status}
              now={now}
              viewer={viewer}
            />
          </div>
        )}
        {status === null ? null : (
          <PopupFoot
            status={status}
            away={away}
            onPause={(until) => void pause(until)}
            onSettings={() => openSettings(status.accounts.length === 0 ? 'guide' : 'accounts')}
          />
        )}
      </main>
      {status !== null && dialogs.open?.kind === 'preview' ? (
        <PreviewDialog
          bridge={bridge}
          status={status}
          now={now}
          viewer={viewer}
          onSync={() => void start()}
          onClose={dialogs.close}
        />
      ) : null}
      {status !== null && dialogs.open?.kind === 'accounts' ? (
        <AccountsDialog
          status={status}
          signIn={signIn}
          onRemove={(account) => dialogs.askRemoval({ kind: 'account', account })}
          onClose={dialogs.close}
        />
      ) : null}
      {status !== null && dialogs.open?.kind === 'about' ? (
        <AboutDialog status={status} onClose={dialogs.close} />
      ) : null}
      {dialogs.view}
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
