import type { Input, MenuItemConstructorOptions } from 'electron';

/**
 * Takes a key press in a window of ours and the system; returns whether it closes the window: Ctrl+W. Not on macOS,
 * where the menu has Cmd+W. Escape is the page's own, because the page alone knows what is open in it.
 */
export function closesWindow(
  { type, key, control, alt, shift, meta }: Pick<Input, 'type' | 'key' | 'control' | 'alt' | 'shift' | 'meta'>,
  platform: string,
): boolean {
  return platform !== 'darwin' && type === 'keyDown' && key.toLowerCase() === 'w' && control && !alt && !shift && !meta;
}

/** The menu of macOS, nowhere to be seen while the app has no window, but what its keys are found in. */
export const macMenu: readonly MenuItemConstructorOptions[] = [
  { role: 'appMenu' },
  // Without it there would be no copy and paste in the settings window.
  { role: 'editMenu' },
  { role: 'window', submenu: [{ role: 'minimize' }, { role: 'close' }] },
];
