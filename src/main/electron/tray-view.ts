import type { Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { SettingsPage } from '../../shared/ipc.ts';
import { messageFor } from '../../shared/messages.ts';
import { words } from './words.ts';

export type TrayIcon = 'idle' | 'syncing' | 'paused' | 'needs-you' | 'offline';

/** What an item of the menu does; as data, so that the whole menu can be held against a table. */
export type TrayAction =
  | { readonly kind: 'open' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'pause'; readonly until: 'forever' | 'hour' | 'tomorrow' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'reconnect'; readonly accountId: AccountId }
  | { readonly kind: 'settings'; readonly page: SettingsPage }
  | { readonly kind: 'about' }
  | { readonly kind: 'quit' };

export type TrayItem =
  | { readonly kind: 'line' }
  /** Without an action it only says something. */
  | { readonly kind: 'item'; readonly label: string; readonly action: TrayAction | null }
  | { readonly kind: 'menu'; readonly label: string; readonly items: readonly TrayItem[] };

export interface TrayView {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  readonly menu: readonly TrayItem[];
}

/** What the tray is drawn from. */
export interface TrayState {
  /** The last snapshot, or null before the first. */
  readonly status: Status | null;
  /** Why the engine cannot run, or null. */
  readonly failure: AppError | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly locale: string;
}

/** Menus cut long names themselves, each system elsewhere; an address or a calendar name needs no more. */
const longestName = 60;

/**
 * Takes a text from a calendar; returns it as one line of a menu. `&` marks a key in menus of Windows and Linux, so it
 * is doubled; control characters could break the line.
 */
export function menuText(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  const cut = line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
  return cut.replaceAll('&', '&&');
}

function iconOf({ status, failure }: TrayState): TrayIcon {
  if (failure !== null) return 'needs-you';
  if (status === null) return 'idle';
  switch (status.health) {
    case 'needs-you':
    case 'cannot-sync':
      return 'needs-you';
    case 'syncing':
      return 'syncing';
    case 'paused':
      return 'paused';
    case 'offline':
      return 'offline';
    case 'empty':
    case 'in-sync':
    case 'never-synced':
      return 'idle';
  }
}

/** One sentence about how things stand, without its full stop. */
function sentenceOf({ status, failure, now, locale }: TrayState): string {
  if (failure !== null) return words.state.cannotSync;
  if (status === null) return words.state.starting;
  const { health, progress, pausedUntil, lastSyncAt } = status;
  switch (health) {
    case 'empty':
      return words.state.empty;
    case 'syncing':
      return progress === null ? words.state.syncing : words.state.syncingCount(progress.done, progress.total);
    case 'paused':
      return pausedUntil === null || pausedUntil === 'forever'
        ? words.state.paused
        : words.state.pausedUntil(words.timeOfDay(new Date(pausedUntil), now, locale));
    case 'offline':
      return words.state.offline;
    case 'needs-you':
    case 'cannot-sync': {
      const [matter] = mattersOf(status);
      return matter?.label ?? words.state.cannotSync;
    }
    case 'in-sync':
    case 'never-synced':
      return lastSyncAt === null
        ? words.state.neverSynced
        : words.state.synced(Math.max(0, now - Date.parse(lastSyncAt)));
  }
}

interface Matter {
  readonly label: string;
  readonly action: TrayAction;
}

/** What needs the person, each with the step that mends it. */
function mattersOf(status: Status): readonly Matter[] {
  const signIns = status.accounts
    .filter((account) => account.state === 'needs-sign-in')
    .map((account): Matter => ({
      label: words.signInAgain(account.email),
      action: { kind: 'reconnect', accountId: account.id },
    }));
  const holds = status.holds.map((hold): Matter => ({
    label: words.held(hold.kind, hold.count, hold.calendarName),
    action: { kind: 'open' },
  }));
  const others = status.troubles
    .filter(({ code }) => code !== 'needs-sign-in')
    .map((error): Matter => {
      const { sentence, step } = messageFor(error, 'app');
      return {
        label: sentence.replace(/\.$/, ''),
        action: step === 'set-up' ? { kind: 'settings', page: 'guide' } : { kind: 'open' },
      };
    });
  return [...signIns, ...holds, ...others];
}

/** Takes what is known; returns the icon, the tooltip and a menu that alone can do everything. */
export function trayView(state: TrayState): TrayView {
  const { status, failure } = state;
  const sentence = sentenceOf(state);
  const item = (label: string, action: TrayAction | null): TrayItem => ({ kind: 'item', label, action });
  const line: TrayItem = { kind: 'line' };
  const works = status !== null && failure === null;
  const connected = works && status.health !== 'empty';
  const paused = works && status.pausedUntil !== null;
  const matters = works ? mattersOf(status) : [];

  const steering: readonly TrayItem[] = connected
    ? [
        item(words.menu.sync, status.health === 'syncing' ? null : { kind: 'sync' }),
        paused
          ? item(words.menu.resume, { kind: 'resume' })
          : {
              kind: 'menu',
              label: words.menu.pause,
              items: (['forever', 'hour', 'tomorrow'] as const).map((until) =>
                item(words.menu.pauseFor[until], { kind: 'pause', until }),
              ),
            },
        line,
      ]
    : [];
  const head: readonly TrayItem[] =
    failure !== null
      ? [item(menuText(messageFor(failure, 'app').sentence), { kind: 'open' })]
      : // The first matter says it already, and mends it too.
        matters[0]?.label === sentence
        ? []
        : [item(menuText(sentence), null)];

  return {
    icon: iconOf(state),
    tooltip: `${words.product} – ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`,
    menu: [
      ...head,
      ...matters.map(({ label, action }) => item(menuText(label), action)),
      line,
      ...steering,
      item(words.menu.open, { kind: 'open' }),
      ...(works && !connected ? [item(words.menu.guide, { kind: 'settings', page: 'guide' } as const)] : []),
      item(words.menu.settings, { kind: 'settings', page: 'accounts' }),
      line,
      item(words.menu.about, { kind: 'about' }),
      item(words.menu.quit, { kind: 'quit' }),
    ],
  };
}
