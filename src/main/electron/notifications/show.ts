import { Notification } from 'electron';
import type { Status } from '../../../shared/dto.ts';
import type { SettingsPlace } from '../../../shared/ipc.ts';
import type { DesktopStateFile } from '../windows/desktop-state.ts';
import { dueNotifications, placeOfMatter } from './due.ts';

/** Takes where it is kept what was told, and how a place is shown; returns what takes each snapshot and tells of what is new in it. */
export function createNotifier(
  desktopState: DesktopStateFile,
  showSettings: (place: SettingsPlace) => void,
): (status: Status) => void {
  // Kept here, because one that is collected as garbage can no longer be clicked.
  const notifications = new Set<Notification>();
  return (status) => {
    const { due, told } = dueNotifications(status, Date.now(), desktopState.get().told);
    desktopState.set({ told: [...told] });
    for (const { title, body, matter } of due) {
      const notification = new Notification({ title, body });
      notification.on('click', () => showSettings(placeOfMatter(matter)));
      notification.on('close', () => notifications.delete(notification));
      notifications.add(notification);
      notification.show();
    }
  };
}
