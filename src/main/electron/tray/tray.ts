import { join } from 'node:path';
import type { MenuItemConstructorOptions, NativeImage, Rectangle } from 'electron';
import { Menu, nativeImage, nativeTheme, Tray } from 'electron';
import type { TrayAction, TrayIcon, TrayItem, TrayState } from './view.ts';
import { trayView } from './view.ts';

export interface TrayOptions {
  /** Holds `tray-<state>-<variant>.png` and their `@2x`. */
  readonly iconFolder: string;
  readonly onAction: (action: TrayAction) => void;
  /** A click on the icon, where the system tells of it. */
  readonly onClick: () => void;
}

export interface TrayHandle {
  draw(state: TrayState): void;
  /** Where the icon is, or null where the system does not tell. */
  bounds(): Rectangle | null;
  destroy(): void;
}

/** Takes the folder of icons, an icon's state and the look of the system; returns the file of the picture. */
export function iconFile(folder: string, icon: TrayIcon, platform: string, dark: boolean): string {
  // macOS colours a template itself, and knows it by its name.
  return join(
    folder,
    platform === 'darwin' ? `tray-${icon}-Template.png` : `tray-${icon}-${dark ? 'dark' : 'light'}.png`,
  );
}

/** Puts the icon into the tray; draws it from snapshots, and only what has changed. */
export function createTray({ iconFolder, onAction, onClick }: TrayOptions): TrayHandle {
  const pictures = new Map<string, NativeImage>();
  const picture = (icon: TrayIcon): NativeImage => {
    const file = iconFile(iconFolder, icon, process.platform, nativeTheme.shouldUseDarkColors);
    const known = pictures.get(file) ?? nativeImage.createFromPath(file);
    pictures.set(file, known);
    return known;
  };

  const tray = new Tray(picture('idle'));
  const ownMenu = process.platform === 'linux';
  let menu = Menu.buildFromTemplate([]);
  let shownImage: NativeImage | null = null;
  let shownTooltip = '';
  let shownMenu = '';
  let last: TrayState | null = null;

  // Linux trays may give no click at all, but show a menu that was set; on macOS a menu that was set eats the click.
  if (!ownMenu) {
    tray.on('click', onClick);
    tray.on('right-click', () => tray.popUpContextMenu(menu));
  } else tray.on('click', onClick);

  const draw = (state: TrayState): void => {
    last = state;
    const view = trayView(state);
    const image = picture(view.icon);
    if (image !== shownImage) tray.setImage(image);
    if (view.tooltip !== shownTooltip) tray.setToolTip(view.tooltip);
    const text = JSON.stringify(view.menu);
    if (text !== shownMenu) {
      menu = Menu.buildFromTemplate(view.menu.map((item) => template(item, onAction)));
      if (ownMenu) tray.setContextMenu(menu);
    }
    shownImage = image;
    shownTooltip = view.tooltip;
    shownMenu = text;
  };
  const redraw = (): void => {
    if (last !== null) draw(last);
  };
  nativeTheme.on('updated', redraw);

  return {
    draw,
    bounds: () => {
      const bounds = tray.getBounds();
      return bounds.width > 0 && bounds.height > 0 ? bounds : null;
    },
    destroy: () => {
      nativeTheme.off('updated', redraw);
      tray.destroy();
    },
  };
}

function template(item: TrayItem, onAction: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'line':
      return { type: 'separator' };
    case 'menu':
      return { label: item.label, submenu: item.items.map((each) => template(each, onAction)) };
    case 'item': {
      const { label, action } = item;
      return action === null ? { label, enabled: false } : { label, click: () => onAction(action) };
    }
  }
}
