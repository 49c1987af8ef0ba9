import type { BrowserWindowConstructorOptions, Rectangle, WebPreferences } from 'electron';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { channels } from '../../shared/channels.ts';
import type { Status } from '../../shared/dto.ts';
import type { SettingsPage } from '../../shared/ipc.ts';
import type { Memory } from './remembered.ts';
import type { Screen } from './placement.ts';
import { popupBounds, reachableBounds } from './placement.ts';
import { pageOrigin } from './protocol.ts';
import { words } from './words.ts';

export interface WindowsOptions {
  readonly preferences: WebPreferences;
  readonly memory: Memory;
  /** Where the tray's icon is, or null where the system does not tell. */
  readonly iconBounds: () => Rectangle | null;
  /** Whether there is a settings page in this build; without one the popup does its work. */
  readonly hasSettings: boolean;
  readonly wait: (milliseconds: number, then: () => void) => () => void;
  readonly now: () => number;
}

export interface Windows {
  showPopup(): void;
  /** Shows the popup, or hides it when it is open (or was, until the click that asks for this). */
  togglePopup(): void;
  showSettings(page: SettingsPage): void;
  /** Takes the id of a window's contents; hides or closes that window. */
  close(contentsId: number): void;
  /** Takes the id of a window's contents and the height that it wants; only the popup gets it. */
  fit(contentsId: number, height: number): void;
  /** The ids of our windows' contents. */
  contentsIds(): ReadonlySet<number>;
  sendStatus(status: Status): void;
  /** Closes all for good. */
  destroy(): void;
}

const popupWidth = 360;
const popupTallest = 560;
/** A click on the icon takes the focus first; a popup that has closed for that must not open again. */
const toggleTime = 250;
/** So long a closed popup keeps its page, and opens at once; then the page is freed. */
const keptTime = 5 * 60_000;

/** Takes what windows need; returns the two that there are. None exists until it is asked for. */
export function createWindows(options: WindowsOptions): Windows {
  const { preferences, memory, wait } = options;
  let popup: BrowserWindow | null = null;
  let settings: BrowserWindow | null = null;
  let popupHeight = popupTallest;
  let hiddenAt = Number.NEGATIVE_INFINITY;
  let cancelFreeing: (() => void) | null = null;

  const screens = (): readonly [Screen, ...Screen[]] => {
    const [first = screen.getPrimaryDisplay(), ...others] = screen.getAllDisplays();
    return [first, ...others];
  };
  const background = (): string => (nativeTheme.shouldUseDarkColors ? '#1d2025' : '#ffffff');
  const common = (): BrowserWindowConstructorOptions => ({
    show: false,
    title: words.product,
    backgroundColor: background(),
    webPreferences: preferences,
  });

  const place = (window: BrowserWindow): void => {
    window.setBounds(
      popupBounds(options.iconBounds(), screen.getCursorScreenPoint(), screens(), {
        width: popupWidth,
        height: popupHeight,
      }),
    );
  };

  const hidePopup = (): void => {
    if (popup?.isVisible() !== true) return;
    popup.hide();
    hiddenAt = options.now();
    cancelFreeing?.();
    cancelFreeing = wait(keptTime, () => popup?.destroy());
  };

  const openPopup = (): BrowserWindow => {
    const window = new BrowserWindow({
      ...common(),
      width: popupWidth,
      height: popupHeight,
      frame: false,
      resizable: false,
      maximizable: false,
      minimizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
    });
    window.on('blur', () => {
      if (!window.webContents.isDevToolsOpened()) hidePopup();
    });
    window.on('close', (event) => {
      event.preventDefault();
      hidePopup();
    });
    window.on('closed', () => {
      popup = null;
    });
    window.webContents.on('render-process-gone', () => window.destroy());
    void window.loadURL(`${pageOrigin}/index.html`).catch(() => undefined);
    return window;
  };

  const showPopup = (): void => {
    cancelFreeing?.();
    cancelFreeing = null;
    const window = (popup ??= openPopup());
    place(window);
    if (process.platform === 'darwin') window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
    const reveal = (): void => {
      if (window.isDestroyed()) return;
      place(window);
      window.show();
      window.focus();
    };
    // Not before it is drawn, otherwise an empty frame would flash.
    if (window.webContents.isLoading()) window.once('ready-to-show', reveal);
    else reveal();
  };

  const openSettings = (): BrowserWindow => {
    const last = memory.get().settingsBounds;
    const bounds = last === null ? null : reachableBounds(last, screens());
    const window = new BrowserWindow({
      ...common(),
      width: 860,
      height: 620,
      ...(bounds ?? {}),
      minWidth: 480,
      minHeight: 400,
      autoHideMenuBar: true,
    });
    const remember = (): void => memory.set({ settingsBounds: window.getNormalBounds() });
    window.on('close', remember);
    window.on('closed', () => {
      settings = null;
    });
    window.webContents.on('render-process-gone', () => window.destroy());
    return window;
  };

  const showSettings = (page: SettingsPage): void => {
    if (!options.hasSettings) {
      showPopup();
      return;
    }
    hidePopup();
    const open = settings;
    if (open !== null) {
      open.webContents.send(channels.navigate, page);
      if (open.isMinimized()) open.restore();
      open.show();
      open.focus();
      return;
    }
    const window = openSettings();
    settings = window;
    window.once('ready-to-show', () => {
      window.show();
      window.focus();
    });
    window.webContents.once('did-finish-load', () => window.webContents.send(channels.navigate, page));
    void window.loadURL(`${pageOrigin}/settings.html#${page}`).catch(() => undefined);
  };

  const all = (): readonly BrowserWindow[] => [popup, settings].filter((window) => window !== null);

  return {
    showPopup,
    togglePopup: () => {
      if (popup?.isVisible() === true) hidePopup();
      else if (options.now() - hiddenAt > toggleTime) showPopup();
    },
    showSettings,
    close: (id) => {
      if (popup?.webContents.id === id) hidePopup();
      else if (settings?.webContents.id === id) settings.close();
    },
    fit: (id, height) => {
      if (popup?.webContents.id !== id) return;
      popupHeight = Math.min(height, popupTallest);
      place(popup);
    },
    contentsIds: () => new Set(all().map((window) => window.webContents.id)),
    sendStatus: (status) => {
      for (const window of all()) window.webContents.send(channels.status, status);
    },
    destroy: () => {
      cancelFreeing?.();
      if (settings !== null) memory.set({ settingsBounds: settings.getNormalBounds() });
      for (const window of all()) window.destroy();
    },
  };
}
