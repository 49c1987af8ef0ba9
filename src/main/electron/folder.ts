import { join, posix } from 'node:path';

/**
 * Takes the system, the environment, the home folder and Electron's folder for app data; returns the folder that the
 * command line keeps its data in, too (`dataFolder` of the platform; a test holds the two together). Said again here,
 * because loading the engine's half of the app for it would take most of the start.
 */
export function desktopDataFolder(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
  appData: string,
): string {
  if (platform === 'darwin' || platform === 'win32') return join(appData, 'CalSync');
  const data = env['XDG_DATA_HOME'] ?? '';
  return posix.join(posix.isAbsolute(data) ? data : posix.join(home, '.local', 'share'), 'CalSync');
}
