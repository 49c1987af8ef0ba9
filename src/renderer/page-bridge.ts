import type { CalSyncBridge, DesktopBridge } from '../shared/ipc.ts';

/**
 * How the page stands with the process behind it. `lost`: no answer, it is tried again; `ended`: it answers, but not
 * to this page any more.
 */
export type Connection = 'connecting' | 'connected' | 'lost' | 'ended';

/** The page's only way out, and whether it is open. */
export interface PageBridge extends CalSyncBridge {
  /** What only the desktop app can do, or null where the page runs in a browser. */
  readonly desktop: DesktopBridge | null;
  /** Takes a listener for each change of the connection; returns what ends it. */
  onConnection(listener: (connection: Connection) => void): () => void;
}
