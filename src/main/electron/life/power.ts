import { net, powerMonitor } from 'electron';
import type { EngineClient } from '../engine/client.ts';
import { wait } from './timers.ts';
import type { Waking } from './waking.ts';
import { watchWaking } from './waking.ts';

/**
 * Takes the engine and what shows how things stand; tells the engine when the computer wakes, and asks for a sync then and when the
 * network is back. Returns what is to be stopped at the end. After `ready`.
 */
export function watchPower(
  engine: Pick<EngineClient, 'requestSync' | 'woke'>,
  showStatus: () => void,
): Pick<Waking, 'stop'> {
  const waking = watchWaking({
    isOnline: () => net.isOnline(),
    requestSync: (trigger) => engine.requestSync(trigger),
    wait,
  });
  powerMonitor.on('resume', () => {
    engine.woke();
    showStatus();
    waking.woke();
  });
  powerMonitor.on('unlock-screen', () => waking.woke());
  powerMonitor.on('suspend', () => waking.sleeps());
  return waking;
}
