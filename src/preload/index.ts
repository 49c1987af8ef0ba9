import { contextBridge, ipcRenderer } from 'electron';
import { channels } from '../shared/channels.ts';
import type { Status } from '../shared/dto.ts';
import type { CalSyncBridge, DesktopBridge } from '../shared/ipc.ts';

/**
 * Takes a channel and a listener for what is pushed on it; returns what ends it. The event itself stays here, because
 * it would hand the page `sender`, and with it every channel.
 */
function listen(channel: string, listener: (value: never) => void): () => void {
  const heard = (_event: unknown, value: unknown): void => (listener as (value: unknown) => void)(value);
  ipcRenderer.on(channel, heard);
  return () => void ipcRenderer.off(channel, heard);
}

// What is pushed and answered was parsed by the main process, which a page must trust anyway.
const bridge: CalSyncBridge & DesktopBridge = {
  call: (name, ...input) => ipcRenderer.invoke(channels.call, name, input[0]) as ReturnType<CalSyncBridge['call']>,
  desktop: (name, ...input) =>
    ipcRenderer.invoke(channels.desktop, name, input[0]) as ReturnType<DesktopBridge['desktop']>,
  onStatus: (listener) => {
    let pushed = false;
    let ended = false;
    const end = listen(channels.status, (status: Status) => {
      pushed = true;
      listener(status);
    });
    // Because nothing is pushed while nothing changes, and a page that opens then would wait for its first snapshot.
    void bridge.call('status.get').then((answer) => {
      if (answer.ok && !pushed && !ended) listener(answer.value);
    });
    return () => {
      ended = true;
      end();
    };
  },
  onNavigate: (listener) => listen(channels.navigate, listener),
} as CalSyncBridge & DesktopBridge;

contextBridge.exposeInMainWorld('calsync', bridge);
