import type { PauseChoice, Status } from '../../../shared/dto.ts';
import { pauseChoiceSchema } from '../../../shared/dto.ts';
import type { Health, HealthMatter } from '../../../shared/health.ts';
import { healthOf, isForThePerson, toneOf } from '../../../shared/health.ts';
import type { HealthStep, Voice } from '../../../shared/health-words.ts';
import { healthSaid, matterSaid } from '../../../shared/health-words.ts';
import type { AccountId } from '../../../shared/ids.ts';
import { clientItem, type SettingsPage } from '../../../shared/ipc.ts';
import { words } from '../words.ts';

export type TrayIcon = 'idle' | 'syncing' | 'paused' | 'needs-you' | 'offline';

/** What an item of the menu does; as data, so that the whole menu can be held against a table. */
export type TrayAction =
  | { readonly kind: 'open' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'pause'; readonly until: PauseChoice }
  | { readonly kind: 'resume' }
  | { readonly kind: 'reconnect'; readonly accountId: AccountId }
  | { readonly kind: 'settings'; readonly page: SettingsPage; readonly item?: string }
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
  /** How things stand as the main process knows it, or null before the first snapshot. */
  readonly status: Status | null;
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

/** One picture for each look, and that of rest for nothing but the promise. */
function iconOf(health: Health): TrayIcon {
  switch (toneOf(health)) {
    case 'good':
      return 'idle';
    case 'busy':
      return 'syncing';
    case 'quiet':
      return health.state === 'offline' || health.state === 'in-sync-except' ? 'offline' : 'paused';
    case 'amber':
    case 'red':
      return health.state === 'waiting' && health.for === 'engine' ? 'offline' : 'needs-you';
  }
}

interface Line {
  readonly label: string;
  readonly action: TrayAction | null;
}

/** No menu lists more, because whoever has more to do does it in the window. */
const mostMatters = 3;

/** What the person is to mend, answer or know, each with the step that leads there; of more than three the rest is counted. */
function matterItems(health: Health, status: Status | null, voice: Voice): readonly Line[] {
  const why = health.state === 'cannot-sync' && !isForThePerson(health.why) ? [health.why] : [];
  const all = [...why, ...health.matters.filter(isForThePerson)];
  const shown = all.length > mostMatters ? all.slice(0, mostMatters - 1) : all;
  const lines = shown.map((matter): Line => {
    const { heading, step } = matterSaid(matter, voice);
    return { label: heading, action: actionOf(step, matter, status) };
  });
  const rest = all.length - shown.length;
  return rest === 0 ? lines : [...lines, { label: words.menu.more(rest), action: { kind: 'open' } }];
}

function actionOf(step: HealthStep | null, matter: HealthMatter, status: Status | null): TrayAction {
  const about = matter.kind === 'trouble' ? matter.abouts[0] : undefined;
  const account = status?.accounts.find(({ email }) => email === about);
  if (step === 'sign-in' && account !== undefined) return { kind: 'reconnect', accountId: account.id };
  if (step === 'set-up') return { kind: 'settings', page: 'guide', item: clientItem };
  return step === 'show-calendar' ? { kind: 'settings', page: 'calendars' } : { kind: 'open' };
}

/** Takes what is known; returns the icon, the tooltip and a menu that alone can do everything. */
export function trayView({ status, now, locale }: TrayState): TrayView {
  const health = healthOf(status, now);
  const voice: Voice = {
    surface: 'app',
    time: (moment) => words.timeOfDay(new Date(moment), now, locale),
    until: (moment) => words.untilTime(new Date(moment), now, locale),
    number: (count) => count.toLocaleString(locale),
  };
  const { heading, step } = healthSaid(health, voice);
  const lastSyncAt = toneOf(health) === 'good' ? (status?.lastSyncAt ?? null) : null;
  const sentence =
    lastSyncAt === null ? heading : `${heading}, ${words.ago(Math.max(0, now - Date.parse(lastSyncAt)))}`;
  const item = (label: string, action: TrayAction | null): TrayItem => ({ kind: 'item', label, action });
  const line: TrayItem = { kind: 'line' };
  const answers = status !== null && status.waitsFor.engine === null && status.waitsFor.disk === null;
  const isStarted = answers && health.state !== 'not-started';
  const matters = matterItems(health, status, voice);

  const head: readonly TrayItem[] =
    // A single matter says it already, and mends it too.
    matters[0]?.label === sentence
      ? []
      : [item(menuText(sentence), step === 'preview' ? { kind: 'settings', page: 'preview' } : null)];
  const steering: readonly TrayItem[] = isStarted
    ? [
        item(words.menu.sync, status.runningSince === null ? { kind: 'sync' } : null),
        status.pausedUntil === null
          ? {
              kind: 'menu',
              label: words.menu.pause,
              items: pauseChoiceSchema.options.map((until) =>
                item(words.menu.pauseFor[until], { kind: 'pause', until }),
              ),
            }
          : item(words.menu.resume, { kind: 'resume' }),
        line,
      ]
    : status !== null && (status.waitsFor.engine?.error ?? status.waitsFor.disk) !== null
      ? [item(words.menu.tryAgain, { kind: 'sync' }), line]
      : [];

  return {
    icon: iconOf(health),
    tooltip: `${words.product} – ${sentence}`,
    menu: [
      ...head,
      ...matters.map(({ label, action }) => item(menuText(label), action)),
      line,
      ...steering,
      item(words.menu.open, { kind: 'open' }),
      ...(answers && health.state === 'not-started' && health.lacks === 'account'
        ? [item(words.menu.guide, { kind: 'settings', page: 'guide' } as const)]
        : []),
      item(words.menu.settings, { kind: 'settings', page: 'accounts' }),
      line,
      item(words.menu.about, { kind: 'about' }),
      item(words.menu.quit, { kind: 'quit' }),
    ],
  };
}
