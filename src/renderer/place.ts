import type { SettingsPage } from '../shared/ipc.ts';
import { hashOf } from '../shared/ipc.ts';

/** Takes a page; returns the address of the settings window at it, relative to the popup's. */
export function settingsAddress(page: SettingsPage): string {
  return `settings.html${hashOf({ page, item: null })}`;
}
