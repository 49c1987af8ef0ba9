import type { SettingsPage } from '../shared/ipc.ts';
import { hashOf } from '../shared/ipc.ts';

/** Takes a page, and what is to be found there; returns the address of the settings window at it, relative to the popup's. */
export function settingsAddress(page: SettingsPage, item: string | null = null): string {
  return `settings.html${hashOf({ page, item })}`;
}
