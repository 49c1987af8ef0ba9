import { execFileSync, spawn } from 'node:child_process';

/** Asks the bus of this session about the keychain's name. */
function onBus(method: string): string {
  const bus = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
  const about = [`org.freedesktop.DBus.${method}`, 'string:org.freedesktop.secrets'];
  return execFileSync('dbus-send', [...bus, ...about]).toString();
}

const hasKeychain = (): boolean => onBus('NameHasOwner').includes('true');

/** Waits until something is so. Fails after ten seconds, because a test would only be cut off otherwise, and say nothing. */
async function until(isSo: () => boolean, problem: string): Promise<void> {
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries === 200) throw new Error(problem);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Ends the keychain of this session, whoever has started it. */
export async function endKeychain(): Promise<void> {
  if (!hasKeychain()) return;
  process.kill(Number(/uint32 (\d+)/.exec(onBus('GetConnectionUnixProcessID'))?.[1]));
  await until(() => !hasKeychain(), 'The keychain does not end.');
}

/** Keeps the keychain of this session from answering anything; returns what lets it go on. */
export function stopKeychain(): () => void {
  const pid = Number(/uint32 (\d+)/.exec(onBus('GetConnectionUnixProcessID'))?.[1]);
  process.kill(pid, 'SIGSTOP');
  return () => void process.kill(pid, 'SIGCONT');
}

/** Starts the keychain anew: open, as a log-in does that has given its password, or locked. */
export async function startKeychain(how: 'unlocked' | 'locked'): Promise<void> {
  await endKeychain();
  const words = how === 'unlocked' ? ['--unlock'] : [];
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', ...words], {
    // Without a display nobody is asked for a password, which is what a person does who closes the question.
    env: { ...process.env, DISPLAY: '' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.stdin.end(how === 'unlocked' ? 'fictional' : '');
  await until(hasKeychain, 'The keychain does not start.');
}
