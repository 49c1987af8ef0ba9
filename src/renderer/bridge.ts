import type { CalSyncBridge, DesktopBridge } from '../shared/ipc.ts';
import { createHttpBridge } from './http-bridge.ts';
import type { PageBridge } from './page-bridge.ts';

declare global {
  interface Window {
    /** Put there by a preload script where the page runs in the desktop app. */
    readonly calsync?: CalSyncBridge & Partial<DesktopBridge>;
  }
}

/** Takes the window; returns the desktop app's bridge where there is one, else the one over HTTP on loopback. */
export function chooseBridge(window: Window): PageBridge {
  const desktop = window.calsync;
  if (desktop) {
    return {
      desktop: isDesktopBridge(desktop) ? desktop : null,
      call: (name, ...input) => desktop.call(name, ...input),
      onStatus: (listener) => desktop.onStatus(listener),
      onConnection: (listener) => {
        listener('connected');
        return () => undefined;
      },
    };
  }
  return createHttpBridge({
    fetch: (address, init) => window.fetch(address, init),
    openEvents: (address) => new EventSource(address),
    wait: (milliseconds, then) => {
      const timer = window.setTimeout(then, milliseconds);
      return () => window.clearTimeout(timer);
    },
  });
}

function isDesktopBridge(bridge: Partial<DesktopBridge>): bridge is DesktopBridge {
  return 'desktop' in bridge && 'onNavigate' in bridge;
}
