import {
  Activity,
  Blocks,
  CalendarDays,
  CircleHelp,
  Clock,
  Compass,
  Filter,
  ListChecks,
  MessageCircleQuestionMark,
  PencilLine,
  SlidersHorizontal,
  TriangleAlert,
  Users,
  X,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, RefObject } from 'react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { HoldView } from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import { appError } from '../shared/errors.ts';
import type { Health } from '../shared/health.ts';
import { healthOf, isForThePerson } from '../shared/health.ts';
import { healthSaid } from '../shared/health-words.ts';
import type { DesktopBridge, SettingsPage, SettingsPlace } from '../shared/ipc.ts';
import { clientItem, hashOf, placeOf } from '../shared/ipc.ts';
import type { Result } from '../shared/result.ts';
import { MutesDialog } from './components/mutes-dialog.tsx';
import type { Removal, RemovalChoices, RemovalSubject } from './components/removal-dialog.tsx';
import { knownBlocks, RemovalDialog } from './components/removal-dialog.tsx';
import { AccountsPage } from './components/settings/accounts-page.tsx';
import { ActivityPage } from './components/settings/activity-page.tsx';
import { AdvancedPage, Help } from './components/settings/advanced-page.tsx';
import { BlocksPage } from './components/settings/blocks-page.tsx';
import { BusyPage } from './components/settings/busy-page.tsx';
import { CalendarsPage } from './components/settings/calendars-page.tsx';
import { Guide } from './components/settings/guide.tsx';
import { SignInHelp } from './components/sign-in-help.tsx';
import type { FilterDraft } from './components/settings/busy-filters.tsx';
import type { Drafts, PageProps } from './components/settings/page-props.ts';
import { PreviewPage } from './components/settings/preview-page.tsx';
import { SchedulePage } from './components/settings/schedule-page.tsx';
import { WhyPage } from './components/settings/why-page.tsx';
import { HoldDialog } from './components/small-dialogs.tsx';
import type { UndoSubject } from './components/undo-button.tsx';
import { UndoDialog } from './components/undo-dialog.tsx';
import type { Instant } from '../shared/time.ts';
import type { Viewer } from './format.ts';
import { voiceOf } from './format.ts';
import { focusUnlessKept, useNow, usePageState, useSignIn } from './hooks.ts';
import type { PageBridge } from './page-bridge.ts';
import type { StatusStore } from './status-store.ts';
import { matterFor, words } from './words.ts';

type Place = Exclude<SettingsPage, 'guide'>;

const places: readonly { readonly place: Place; readonly Icon: LucideIcon }[] = [
  { place: 'accounts', Icon: Users },
  { place: 'calendars', Icon: CalendarDays },
  { place: 'blocks', Icon: Blocks },
  { place: 'busy', Icon: Filter },
  { place: 'schedule', Icon: Clock },
  { place: 'preview', Icon: ListChecks },
  { place: 'activity', Icon: Activity },
  { place: 'why', Icon: MessageCircleQuestionMark },
  { place: 'advanced', Icon: SlidersHorizontal },
];

const pages: { readonly [Each in Place]: (props: PageProps) => ReactElement } = {
  accounts: AccountsPage,
  calendars: CalendarsPage,
  blocks: BlocksPage,
  busy: BusyPage,
  schedule: SchedulePage,
  preview: PreviewPage,
  activity: ActivityPage,
  why: WhyPage,
  advanced: AdvancedPage,
};

const intros: { readonly [Each in Place]: string } = {
  accounts: words.settings.accounts.intro,
  calendars: words.settings.calendars.intro,
  blocks: words.settings.blocks.intro,
  busy: words.settings.busy.intro,
  schedule: words.settings.schedule.intro,
  preview: words.preview.intro,
  activity: words.settings.activity.intro,
  why: words.why.intro,
  advanced: words.settings.advanced.intro,
};

type OpenDialog =
  | { readonly kind: 'mutes' | 'removal' }
  | { readonly kind: 'hold'; readonly hold: HoldView }
  | { readonly kind: 'undo'; readonly subject: UndoSubject };

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
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const [removal, setRemoval] = useState<Removal | null>(null);
  const [banner, setBanner] = useState<AppError | null>(null);
  const tell = (answer: Result<unknown, AppError>): void => setBanner(answer.ok ? null : answer.error);
  const [drafts, setDrafts] = useState<Drafts>({ block: null, filters: new Map() });
  const drafted = placesWithDrafts(drafts);
  useWarningAtClose(drafted.size > 0);
  const signIn = useSignIn(bridge, setBanner);
  const close = (): void => setDialog(null);
  const closeUndo = (): void => {
    close();
    focusUnlessKept(() => heading.current);
  };
  const health = healthOf(status, now);
  const needing = placesInNeed(health);
  const lost = connection === 'lost' || connection === 'ended';
  const away = lost || (status?.waitsFor.engine ?? null) !== null;
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

  const ask = (subject: RemovalSubject): void => {
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
  const goTo = (next: SettingsPage): void => {
    setBanner(null);
    show(next);
  };

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
          askRemoval: ask,
          decide: (hold) => setDialog({ kind: 'hold', hold }),
          showMutes: () => setDialog({ kind: 'mutes' }),
          onUndo: (subject) => setDialog({ kind: 'undo', subject }),
          drafts,
          setDrafts,
        };
  const Page = page === 'guide' ? null : pages[page];
  return (
    <div className="settings" data-page={page} aria-busy={status === null}>
      {page === 'guide' ? null : (
        <nav className="sidebar" aria-label={words.settings.sidebar}>
          <div className="sidebar-list">
            <ul className="plain-list">
              {places.map(({ place, Icon }) => (
                <li key={place}>
                  <a
                    href={`#${place}`}
                    className="place"
                    {...(place === page ? { 'aria-current': 'page' as const } : {})}
                  >
                    <Icon size={16} aria-hidden />
                    <span>{words.settings.pages[place]}</span>
                    {drafted.has(place) ? (
                      <PencilLine
                        className="place-draft"
                        size={14}
                        aria-label={words.settings.blocks.unsaved}
                        role="img"
                      />
                    ) : null}
                    {status !== null && needing.has(place) ? (
                      <TriangleAlert
                        className="place-mark"
                        size={14}
                        aria-label={words.settings.pageNeedsYou}
                        role="img"
                      />
                    ) : null}
                  </a>
                </li>
              ))}
            </ul>
            <a href="#guide" className="place place-guide">
              <Compass size={16} aria-hidden />
              <span>{words.settings.openGuide}</span>
            </a>
            {status?.demo === true ? (
              <span className="demo-badge" title={words.demoMeaning}>
                {words.demo}
              </span>
            ) : null}
          </div>
        </nav>
      )}
      <main className="page" aria-label={page === 'guide' ? words.guide.title : words.settings.pages[page]}>
        {waits ? (
          <div className="banner" role="alert">
            <TriangleAlert size={16} aria-hidden />
            {lost ? (
              <p>{connection === 'lost' ? words.settings.lost : words.settings.ended}</p>
            ) : (
              <Away
                health={health}
                now={now}
                viewer={viewer}
                onTryAgain={() => void bridge.call('sync.now').then(tell)}
              />
            )}
          </div>
        ) : null}
        {banner === null ? null : (
          <Banner error={banner} onDismiss={() => setBanner(null)} onSetUp={() => show('guide', clientItem)} />
        )}
        <div className="page-body">
          {/* Outside of what is inert, because a page must keep its heading for those who do not see it. */}
          {page === 'guide' ? (
            away ? (
              <h1 className="for-readers">{words.guide.title}</h1>
            ) : null
          ) : (
            <header className="page-head">
              <h1 ref={heading} tabIndex={-1}>
                {words.settings.pages[page]}
              </h1>
              <p className="quiet">{intros[page]}</p>
            </header>
          )}
          <div className="page-content" inert={away}>
            {status === null ? null : <SignInHelp bridge={bridge} signIn={status.signIn} tell={tell} />}
            {props === null ? (
              <>
                <p className="quiet" role="status">
                  {words.page.loading}
                </p>
                {page === 'advanced' ? <Help bridge={bridge} tell={tell} /> : null}
              </>
            ) : Page === null ? (
              <Guide {...props} asked={place?.item === clientItem ? turn : null} onLeave={() => goTo('accounts')} />
            ) : (
              <Page key={page} {...props} />
            )}
          </div>
        </div>
      </main>
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
      {dialog?.kind === 'hold' ? (
        <HoldDialog
          bridge={bridge}
          now={now}
          viewer={viewer}
          hold={dialog.hold}
          onClose={close}
          onChoose={(choice) => {
            close();
            void bridge.call('hold.resolve', { key: dialog.hold.key, choice, version: dialog.hold.version }).then(tell);
          }}
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

/** Takes what was typed and not applied; returns the pages that hold some of it. */
function placesWithDrafts({ block, filters }: Drafts): ReadonlySet<Place> {
  const isTyped = ({ hoursOn, hours, minutes, titles }: FilterDraft): boolean =>
    hoursOn || hours !== null || minutes !== null || titles !== null;
  return new Set<Place>([
    ...(block === null ? [] : (['blocks'] as const)),
    ...([...filters.values()].some(isTyped) ? (['busy'] as const) : []),
  ]);
}

/** Has the person asked before the window closes while something is not applied. */
function useWarningAtClose(needed: boolean): void {
  useEffect(() => {
    if (!needed) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [needed]);
}

interface ShownPlace {
  /** The place that the address names, or null. */
  readonly place: SettingsPlace | null;
  /** Counts how often a place was asked for by itself, and not by its address. */
  readonly turn: number;
  readonly show: (page: SettingsPage, item?: string) => void;
}

/** Follows the address, and what the main process asks for. */
function usePlace(bridge: PageBridge): ShownPlace {
  const [place, setPlace] = useState(() => placeOf(window.location.hash));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(window.location.hash));
    window.addEventListener('hashchange', follow);
    const end = bridge.desktop?.onNavigate((wanted) => {
      window.location.hash = hashOf(wanted);
      // Because asking for the place where the window is already changes nothing in the address.
      setTurn((before) => before + 1);
    });
    return () => {
      window.removeEventListener('hashchange', follow);
      end?.();
    };
  }, [bridge]);
  return {
    place,
    turn,
    show: (page, item) => {
      window.location.hash = hashOf({ page, item: item ?? null });
      if (item !== undefined) setTurn((before) => before + 1);
    },
  };
}

/**
 * Takes what the place was asked for, a number that grows when it is asked for again, and whether the page is there;
 * brings the row of that item into view and gives its first control the focus. An item that is gone leaves the page
 * as it is.
 */
function useItemFocus(item: string | null, turn: number, isThere: boolean): void {
  useEffect(() => {
    if (item === null || !isThere) return;
    const row = [...document.querySelectorAll<HTMLElement>('[data-item]')].find(
      (each) => each.dataset['item'] === item,
    );
    row?.scrollIntoView({ block: 'center' });
    (row?.querySelector<HTMLElement>('button:enabled, input:enabled') ?? row)?.focus({ preventScroll: true });
  }, [item, turn, isThere]);
}

/** What keeps Escape for itself: leaving a field, or closing a list, a menu or a dialog. */
const escapeUsers = 'textarea, select, input:not([type="checkbox"], [type="radio"])';

/**
 * In the desktop app: closes the window on Escape where nothing within is open and no text is being typed. Not on
 * macOS, where settings close with Cmd+W alone, and not in the first steps, where the key would throw away what was
 * begun.
 */
function useEscape(desktop: DesktopBridge | null, page: SettingsPage): void {
  useEffect(() => {
    if (desktop === null || page === 'guide' || navigator.userAgent.includes('Macintosh')) return undefined;
    const close = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return;
      if (event.target instanceof Element && event.target.matches(escapeUsers)) return;
      void desktop.desktop('window.close');
    };
    // Before the browser closes a menu or a dialog, otherwise the same key would close the window, too.
    document.addEventListener('keydown', close, true);
    return () => document.removeEventListener('keydown', close, true);
  }, [desktop, page]);
}

/** Names the window after its page; gives the heading the focus when the page changes, but not when the window opens. */
function usePageFocus(page: SettingsPage): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef<SettingsPage | null>(null);
  useEffect(() => {
    document.title = words.settings.windowTitle(words.settings.pages[page]);
    if (before.current !== null && before.current !== page) heading.current?.focus();
    before.current = page;
  }, [page]);
  return heading;
}

/** Takes how things stand; returns the places where what is the person's is looked after. */
function placesInNeed({ matters }: Health): ReadonlySet<Place> {
  return new Set(
    matters.filter(isForThePerson).flatMap((matter): Place[] => {
      if (matter.kind === 'hold') return ['advanced'];
      if (matter.code === 'keychain-unavailable') return ['accounts'];
      const { step } = matterFor(appError(matter.code));
      if (step === 'sign-in' || step === 'add-account') return ['accounts'];
      return step === 'show-calendar' ? ['calendars'] : [];
    }),
  );
}

/** That the engine is away, and all that is shown is as it was; or that the disk or the keychain is waited for. */
function Away(props: {
  readonly health: Health;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onTryAgain: () => void;
}): ReactElement {
  const { heading, meaning, step } = healthSaid(props.health, voiceOf(props.now, props.viewer));
  return (
    <>
      <div className="banner-text">
        <p>{heading}</p>
        <p className="quiet">{meaning}</p>
      </div>
      {step === 'try-again' ? (
        <button type="button" className="button" onClick={props.onTryAgain}>
          {words.steps['try-again']}
        </button>
      ) : null}
    </>
  );
}

function Banner(props: {
  readonly error: AppError;
  readonly onDismiss: () => void;
  readonly onSetUp: () => void;
}): ReactElement {
  const { error, onDismiss, onSetUp } = props;
  const matter = matterFor(error);
  const Icon = matter.step === 'wait' ? CircleHelp : TriangleAlert;
  return (
    <div className="banner" role="alert">
      <Icon size={16} aria-hidden />
      <div className="banner-text">
        <p>
          <bdi>{matter.sentence}</bdi>
        </p>
        <p className="quiet">{matter.action}</p>
      </div>
      {matter.step === 'set-up' ? (
        <button type="button" className="button" onClick={onSetUp}>
          {words.steps['set-up']}
        </button>
      ) : null}
      <button
        type="button"
        className="icon-button"
        aria-label={words.dismiss}
        title={words.dismiss}
        onClick={onDismiss}
      >
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
