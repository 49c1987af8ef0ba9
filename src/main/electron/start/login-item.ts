import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { App } from 'electron';
import { words } from '../words.ts';

/** Launching when the person logs in. */
export interface LoginItem {
  /** Whether this system and this build can do it. */
  readonly available: boolean;
  enabled(): boolean;
  /** Returns what holds afterwards. */
  set(enabled: boolean): boolean;
  /** Where the program that is launched has been moved: names the one that runs now. What is switched off stays so. */
  mend(): void;
}

export interface LoginItemOptions {
  readonly app: Pick<App, 'isPackaged' | 'getLoginItemSettings' | 'setLoginItemSettings'>;
  /** As `process.platform` says it. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly executable: string;
}

/** Started like this, the app shows nothing but its icon. */
export const hiddenArgument = '--hidden';

/**
 * Takes a program and its arguments; returns the autostart entry for them. Quoted as the Desktop Entry Specification
 * says ("The Exec key"): within quotes, `"`, `` ` ``, `$` and `\` take a backslash, which the file's own escaping then
 * doubles; `%` is doubled because it begins a field code.
 */
export function autostartEntry(program: string, args: readonly string[]): string {
  const quote = (word: string): string =>
    `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`.replaceAll('\\', '\\\\');
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${words.product}`,
    `Exec=${[quote(program), ...args].join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Takes an autostart entry of ours; returns the program in it, or null where it has none. */
export function autostartProgram(entry: string): string | null {
  const quoted = /^Exec="((?:[^"\\]|\\.)*)"/m.exec(entry.replaceAll('\\\\', '\\'))?.[1];
  return quoted?.replace(/\\(.)/g, '$1').replaceAll('%%', '%') ?? null;
}

/** What desktops write into an entry that the person has switched off there (Desktop Entry Specification, "Hidden"; GNOME). */
const switchedOff = /^(?:Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im;

/** Takes the environment and the home folder; returns the file of the autostart entry (XDG Desktop Application Autostart). */
export function autostartFile(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const chosen = env['XDG_CONFIG_HOME'] ?? '';
  return join(posix.isAbsolute(chosen) ? chosen : join(home, '.config'), 'autostart', 'calsync.desktop');
}

/** Takes what the system is; returns its way of launching at login. Only a packaged app can be launched by a system. */
export function createLoginItem({ app, platform, env, home, executable }: LoginItemOptions): LoginItem {
  if (platform === 'linux') {
    const file = autostartFile(env, home);
    const entry = (): string | null => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return null;
      }
    };
    const enabled = (): boolean => {
      const text = entry();
      return text !== null && !switchedOff.test(text);
    };
    const set = (wanted: boolean): boolean => {
      try {
        if (wanted) {
          mkdirSync(dirname(file), { recursive: true });
          // An AppImage is mounted at another place each time; it says where it really is.
          writeFileSync(file, autostartEntry(env['APPIMAGE'] ?? executable, [hiddenArgument]));
        } else rmSync(file, { force: true });
      } catch {
        // What holds afterwards is returned, so a page shows that it did not work.
      }
      return enabled();
    };
    return {
      available: app.isPackaged,
      enabled,
      set,
      mend: () => {
        if (!app.isPackaged || !enabled()) return;
        const program = autostartProgram(entry() ?? '');
        // One that is there may be another copy, which the person has chosen to be launched.
        if (program === null || !existsSync(program)) set(true);
      },
    };
  }
  const args = { args: [hiddenArgument] };
  const enabled = (): boolean => app.getLoginItemSettings(args).openAtLogin;
  return {
    available: app.isPackaged,
    enabled,
    set: (wanted) => {
      app.setLoginItemSettings({ openAtLogin: wanted, ...args });
      return enabled();
    },
    // Those systems follow a program that was moved, or install it at one place.
    mend: () => undefined,
  };
}
