import type { ReactElement } from 'react';
import { useEffect, useMemo, useState } from 'react';
import type { AppError } from '../shared/errors.ts';
import { healthOf } from '../shared/health.ts';
import { clientItem } from '../shared/ipc.ts';
import type { Result } from '../shared/result.ts';
import { Help } from './components/settings/advanced-page.tsx';
import { FailureBanner, WaitBanner } from './components/settings/banner.tsx';
import { Guide } from './components/settings/guide.tsx';
import type { Drafts, PageProps } from './components/settings/page-props.ts';
import { Sidebar } from './components/settings/sidebar.tsx';
import { SignInHelp } from './components/sign-in-help.tsx';
import { ForReaders, Quiet } from './components/text.tsx';
import { useDialogs } from './dialogs.tsx';
import type { Viewer } from './format.ts';
import { useNow, usePageState, useSignIn } from './hooks.ts';
import type { PageBridge } from './page-bridge.ts';
import styles from './settings-app.module.css';
import { useEscape, useItemFocus, usePageFocus, usePlace, useWarningAtClose } from './settings-hooks.ts';
import { places, placesInNeed, placesWithDrafts } from './settings-places.ts';
import type { StatusStore } from './status-store.ts';
import { words } from './words.ts';

export interface SettingsAppProps {
  readonly bridge: PageBridge;
  readonly store: StatusStore;
}

/** The settings window: a list of places, one task in each; or the guide, which has the whole window. */
export function SettingsApp({ bridge, store }: SettingsAppProps): ReactElement {
  const { status, connection } = usePageState(store);
  const now = useNow();
  const viewer = useMemo<Viewer>(() => ({ locale: navigator.language, timeZone: undefined }), []);
  const { place, turn, show } = usePlace(bridge);
  const [banner, setBanner] = useState<AppError | null>(null);
  const tell = (answer: Result<unknown, AppError>): void => setBanner(answer.ok ? null : answer.error);
  const [drafts, setDrafts] = useState<Drafts>({ block: null, filters: new Map() });
  const drafted = placesWithDrafts(drafts);
  useWarningAtClose(drafted.size > 0);
  const signIn = useSignIn(bridge, setBanner);
  const health = healthOf(status, now);
  const lost = connection === 'lost' || connection === 'ended' ? connection : null;
  const away = lost !== null || (status?.waitsFor.engine ?? null) !== null;
  // Without a place in the address, whoever has never started syncing is shown the first steps.
  const page = place?.page ?? (status?.accounts.length === 0 || status?.started === false ? 'guide' : 'accounts');
  // What is chosen meanwhile may not be stored, and says so where it is chosen; looking is no harm. The accounts say themselves that
  // their sign-ins cannot be read.
  const isForKeychain = health.state === 'waiting' && health.for === 'keychain' && page !== 'accounts';
  const waits = away || (status?.waitsFor.disk ?? null) !== null || isForKeychain;
  // Named from then on, because the first account and the first sync would otherwise end the guide in its midst.
  useEffect(() => {
    if (place === null && page === 'guide') window.location.hash = 'guide';
  }, [place, page]);
  const heading = usePageFocus(page);
  useItemFocus(place?.item ?? null, turn, status !== null);
  useEscape(bridge.desktop, page);
  const dialogs = useDialogs({ bridge, status, now, viewer, tell, afterUndo: () => heading.current });

  const props: PageProps | null =
    status === null
      ? null
      : {
          bridge,
          status,
          now,
          viewer,
          signIn,
          tell,
          askRemoval: dialogs.askRemoval,
          decide: (hold) => dialogs.show({ kind: 'hold', hold }),
          showMutes: () => dialogs.show({ kind: 'mutes' }),
          onUndo: (subject) => dialogs.show({ kind: 'undo', subject }),
          drafts,
          setDrafts,
        };
  /** Null while the guide has the window. */
  const shown = page === 'guide' ? null : places[page];
  const leaveGuide = (): void => {
    setBanner(null);
    show('accounts');
  };
  return (
    <div className={styles.settings} data-page={page} aria-busy={status === null}>
      {shown === null ? null : (
        <Sidebar
          page={page}
          drafted={drafted}
          needing={status === null ? new Set() : placesInNeed(health)}
          demo={status?.demo === true}
        />
      )}
      <main className={styles.page} aria-label={shown === null ? words.guide.title : shown.title}>
        {waits ? (
          <WaitBanner
            lost={lost}
            health={health}
            now={now}
            viewer={viewer}
            onTryAgain={() => void bridge.call('sync.now').then(tell)}
          />
        ) : null}
        {banner === null ? null : (
          <FailureBanner error={banner} onDismiss={() => setBanner(null)} onSetUp={() => show('guide', clientItem)} />
        )}
        <div className={styles.body}>
          {/* Outside of what is inert, because a page must keep its heading for those who do not see it. */}
          {shown === null ? (
            away ? (
              <ForReaders as="h1">{words.guide.title}</ForReaders>
            ) : null
          ) : (
            <header className={styles.head}>
              <h1 ref={heading} tabIndex={-1}>
                {shown.title}
              </h1>
              <Quiet>{shown.intro}</Quiet>
            </header>
          )}
          <div className={styles.content} data-content inert={away}>
            {status === null ? null : <SignInHelp bridge={bridge} signIn={status.signIn} tell={tell} />}
            {props === null ? (
              <>
                <Quiet role="status">{words.page.loading}</Quiet>
                {page === 'advanced' ? <Help bridge={bridge} tell={tell} /> : null}
              </>
            ) : shown === null ? (
              <Guide {...props} asked={place?.item === clientItem ? turn : null} onLeave={leaveGuide} />
            ) : (
              <shown.Page key={page} {...props} />
            )}
          </div>
        </div>
      </main>
      {dialogs.view}
    </div>
  );
}
