import type { Status } from '../shared/dto.ts';
import type { Connection, PageBridge } from './page-bridge.ts';

export interface PageState {
  /** The last snapshot, or null before the first one. */
  readonly status: Status | null;
  readonly connection: Connection;
}

/** What the page knows, in the form that `useSyncExternalStore` takes. */
export interface StatusStore {
  readonly subscribe: (listener: () => void) => () => void;
  readonly get: () => PageState;
}

/** Takes the bridge; returns a store that follows its snapshots while anybody listens. */
export function createStatusStore(bridge: PageBridge): StatusStore {
  let state: PageState = { status: null, connection: 'connecting' };
  const listeners = new Set<() => void>();
  let end: (() => void) | null = null;
  const change = (next: Partial<PageState>): void => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      if (end === null) {
        const endStatus = bridge.onStatus((status) => change({ status }));
        const endConnection = bridge.onConnection((connection) => change({ connection }));
        end = () => {
          endStatus();
          endConnection();
        };
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        end?.();
        end = null;
      };
    },
  };
}
