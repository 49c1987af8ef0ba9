import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Instant } from '../shared/time.ts';
import { second } from '../shared/time.ts';
import type { PageState, StatusStore } from './status-store.ts';

/** Follows what the page knows. */
export function usePageState(store: StatusStore): PageState {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The present, renewed often enough that "2 minutes ago" is never wrong by much. */
export function useNow(): Instant {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const renew = (): void => setNow(Date.now());
    const timer = setInterval(renew, 10 * second);
    // Because a hidden page's timers are slowed down, it would show an old time for a moment when it comes back.
    document.addEventListener('visibilitychange', renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', renew);
    };
  }, []);
  return now;
}

/** Becomes true when a condition has held for some milliseconds, so that what is short does not flicker. */
export function useHeldFor(condition: boolean, milliseconds: number): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!condition) return undefined;
    const timer = setTimeout(() => setHeld(true), milliseconds);
    return () => {
      clearTimeout(timer);
      setHeld(false);
    };
  }, [condition, milliseconds]);
  return condition && held;
}
