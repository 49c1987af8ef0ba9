import type { BrowserWindowConstructorOptions, Rectangle, WebPreferences } from 'electron';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { channels } from '../../../shared/channels.ts';
import type { Status } from '../../../shared/dto.ts';
import type { SettingsPlace } from '../../../shared/ipc.ts';
import { hashOf } from '../../../shared/ipc.ts';
import type { DesktopStateFile } from './desktop-state.ts';
import type { Screen } from './placement.ts';
import { closesWindow } from './closing-keys.ts';
import { popupBounds, reachableBounds, sizeWithin } from './placement.ts';
import type { PopupEvents, PopupWindow } from './popup.ts';
import { createPopup } from './popup.ts';
import { pageOrigin } from '../pages/page-files.ts';
import { words } from '../words.ts';

export interface WindowsOptions {
  readonly preferences: WebPreferences;
  readonly desktopState: DesktopStateFile;
  /** Where the tray's icon is, or null where the system does not tell. */
  readonly iconBounds: () => Rectangle | null;
  /** Whether there is a settings page in this build; without one the popup does its work. */
  readonly hasSettings: boolean;
  readonly wait: (milliseconds: number, then: () => void) => () => void;
  readonly now: () => number;
  /** Asks the person whether a window that is to close may lose what was typed in it and is not applied. */
  readonly discardsEdits: (window: BrowserWindow) => boolean;
}

export interface Windows {
  /** Makes the popup ahead of its first opening (`Popup.prepare`). */
  preparePopup(): void;
  showPopup(): void;
  /** Shows the popup, or hides it when it is open (or was, until the click that asks for this). */
  togglePopup(): void;
  showSettings(place: SettingsPlace): void;
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
/** Takes what windows need; returns the two that there are. The settings exist only while they are open. */
export function createWindows(options: WindowsOptions): Windows {
  const { preferences, desktopState } = options;
  let popupWindow: BrowserWindow | null = null;
  let settings: BrowserWindow | null = null;
  let popupHeight = popupTallest;

  const screens = (): readonly [Screen, ...Screen[]] => {
    const [first = screen.getPrimaryDisplay(), ...others] = screen.getAllDisplays();
    return [first, ...others];
  };
  const background = (): string => (nativeTheme.shouldUseDarkColors ? '#1d2025' : '#ffffff');
  const common = (): BrowserWindowConstructorOptions => ({
    show: false,
    title: words.product,
    backgroundColor: background(),
    // A copy for each, because Electron writes into it, and what it writes for one would hold for all.
    webPreferences: { ...preferences },
  });

  const closeByKey = (window: BrowserWindow): void => {
    window.webContents.on('before-input-event', (event, input) => {
      if (!closesWindow(input, process.platform)) return;
      event.preventDefault();
      window.close();
    });
  };

  const place = (window: BrowserWindow): void => {
    window.setBounds(
      popupBounds(options.iconBounds(), screen.getCursorScreenPoint(), screens(), {
        width: popupWidth,
        height: popupHeight,
      }),
    );
  };

  const openPopup = (purpose: 'in-advance' | 'to-be-shown', { drawn, gone }: PopupEvents): PopupWindow => {
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
      // Electron tells a page that is painted before it is shown that it is visible, and its timers would go on.
      paintWhenInitiallyHidden: purpose === 'to-be-shown',
    });
    popupWindow = window;
    closeByKey(window);
    window.on('blur', () => {
      if (!window.webContents.isDevToolsOpened()) popup.hide();
    });
    window.on('close', (event) => {
      event.preventDefault();
      popup.hide();
    });
    window.on('closed', () => {
      popupWindow = null;
      gone();
    });
    window.webContents.on('render-process-gone', () => window.destroy());
    // Only what is painted tells that it is ready; the other kind paints as soon as it is shown.
    if (purpose === 'to-be-shown') window.once('ready-to-show', drawn);
    else window.webContents.once('did-finish-load', drawn);
    void window.loadURL(`${pageOrigin}/index.html`).catch(() => undefined);
    return {
      isVisible: () => window.isVisible(),
      reveal: () => {
        place(window);
        if (process.platform === 'darwin') window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
        window.show();
        window.focus();
      },
      hide: () => window.hide(),
      tell: (status) => window.webContents.send(channels.status, status),
      destroy: () => window.destroy(),
    };
  };
  const popup = createPopup({ open: openPopup, wait: options.wait, now: options.now });

  const openSettings = (): BrowserWindow => {
    const last = desktopState.get().settingsBounds;
    const bounds = last === null ? null : reachableBounds(last, screens());
    const window = new BrowserWindow({
      ...common(),
      ...(bounds ?? sizeWithin({ width: 860, height: 620 }, screens()[0])),
      minWidth: 480,
      minHeight: 400,
      autoHideMenuBar: true,
    });
    closeByKey(window);
    const remember = (): void => desktopState.set({ settingsBounds: window.getNormalBounds() });
    window.on('close', remember);
    // The page holds edits that nobody has applied or discarded yet.
    window.webContents.on('will-prevent-unload', (event) => {
      if (options.discardsEdits(window)) event.preventDefault();
    });
    window.on('closed', () => {
      settings = null;
    });
    window.webContents.on('render-process-gone', () => window.destroy());
    return window;
  };

  const showSettings = (place: SettingsPlace): void => {
    if (!options.hasSettings) {
      popup.show();
      return;
    }
    popup.hide();
    const open = settings;
    if (open !== null) {
      const navigate = (): void => open.webContents.send(channels.navigate, place);
      // A page that is not there yet does not hear it.
      if (open.webContents.isLoading()) open.webContents.once('did-finish-load', navigate);
      else navigate();
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
    void window.loadURL(`${pageOrigin}/settings.html${hashOf(place)}`).catch(() => undefined);
  };

  const all = (): readonly BrowserWindow[] => [popupWindow, settings].filter((window) => window !== null);

  return {
    preparePopup: () => popup.prepare(),
    showPopup: () => popup.show(),
    togglePopup: () => popup.toggle(),
    showSettings,
    close: (id) => {
      if (popupWindow?.webContents.id === id) popup.hide();
      else if (settings?.webContents.id === id) settings.close();
    },
    fit: (id, height) => {
      if (popupWindow?.webContents.id !== id) return;
      popupHeight = Math.min(height, popupTallest);
      place(popupWindow);
    },
    contentsIds: () => new Set(all().map((window) => window.webContents.id)),
    sendStatus: (status) => {
      popup.tell(status);
      settings?.webContents.send(channels.status, status);
    },
    destroy: () => {
      if (settings !== null) desktopState.set({ settingsBounds: settings.getNormalBounds() });
      popup.destroy();
      settings?.destroy();
    },
  };
}
