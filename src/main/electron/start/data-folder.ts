import { join, posix } from 'node:path';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { prepareDataFolder } from '../../app/data-folder.ts';

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

/** Takes the data folder; makes it and what pages keep in it, and proves that both can be written. Fails with `data-folder-unusable`. */
export function prepareFolders(dataFolder: string): Result<void, AppError> {
  const prepared = prepareDataFolder(dataFolder);
  if (!prepared.ok) return prepared;
  return prepareDataFolder(pagesFolder(dataFolder));
}

/** Takes the data folder; returns where Chromium keeps what belongs to the pages. */
export function pagesFolder(dataFolder: string): string {
  return join(dataFolder, 'pages');
}
