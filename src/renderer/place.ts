import type { SettingsPage } from '../shared/ipc.ts';
import { settingsPageSchema } from '../shared/ipc.ts';

/** Takes the part of an address from `#` on; returns the place of the settings window that it names, or null. */
export function placeOf(hash: string): SettingsPage | null {
  return settingsPageSchema.safeParse(hash.replace(/^#/, '')).data ?? null;
}

/** Takes a place; returns the address of the settings window at it, relative to the popup's. */
export function settingsAddress(page: SettingsPage): string {
  return `settings.html#${page}`;
}
