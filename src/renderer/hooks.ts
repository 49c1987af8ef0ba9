import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { AccountView } from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import type { AccountId } from '../shared/ids.ts';
import type { Result } from '../shared/result.ts';
import type { Instant } from '../shared/time.ts';
import { minute, second } from '../shared/time.ts';
import type { PageBridge } from './page-bridge.ts';
import type { PageState, StatusStore } from './status-store.ts';

/** Follows what the page knows. */
export function usePageState(store: StatusStore): PageState {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The present, renewed often enough that "2 minutes ago" is never wrong by much. */
export function useNow(): Instant {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: number | null = null;
    // Because nobody looks at a hidden page, and the popup's stays hidden most of the day.
    const follow = (): void => {
      const isShown = document.visibilityState === 'visible';
      if (isShown && timer === null) timer = window.setInterval(() => setNow(Date.now()), 10 * second);
      if (isShown || timer === null) return;
      window.clearInterval(timer);
      timer = null;
    };
    const change = (): void => {
      follow();
      setNow(Date.now());
    };
    follow();
    document.addEventListener('visibilitychange', change);
    return () => {
      if (timer !== null) window.clearInterval(timer);
      document.removeEventListener('visibilitychange', change);
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

/** As many writes at least are allowed in a minute, however many go at once (google-calendar.md §0.16). */
const aMinutesWrites = 150;

/**
 * Takes how far something long has come, and now; returns how many milliseconds it takes still, by what was seen of it so far, or null
 * before that says anything.
 */
export function useTimeLeft(
  progress: { readonly done: number; readonly total: number } | null,
  now: Instant,
): number | null {
  const [seen, setSeen] = useState<{
    readonly done: number | null;
    readonly began: { readonly at: Instant; readonly done: number } | null;
  }>({ done: null, began: null });
  const done = progress?.done ?? null;
  if (seen.done !== done) {
    const { began } = seen;
    setSeen({ done, began: done === null ? null : began === null || done < began.done ? { at: now, done } : began });
  }
  const { began } = seen;
  if (progress === null || began === null) return null;
  const did = progress.done - began.done;
  // What a minute allows goes at once, and then the minute is waited for.
  const passed = did < aMinutesWrites ? now - began.at : Math.max(minute, now - began.at);
  return passed < 10 * second || did < 5 ? null : ((progress.total - progress.done) * passed) / did;
}

/**
 * Takes what finds an element; gives it the focus once a dialog has closed whose button is gone by what it did. Otherwise the
 * keyboard would begin at the top of the window again.
 */
export function focusUnlessKept(find: () => HTMLElement | null): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) find()?.focus();
  });
}

/** What was asked for and how it stands; `answer` is null while it is under way for the first time. */
export interface Asked<Value> {
  readonly answer: Result<Value, AppError> | null;
  /** Asks again; the last answer stays in sight until the next one is there. */
  readonly again: () => void;
  /** Takes a newer value that came by another way. */
  readonly put: (value: Value) => void;
}

/** Takes a question, the same function each time; asks it when the page opens. */
export function useAsked<Value>(question: () => Promise<Result<Value, AppError>>): Asked<Value> {
  const [answer, setAnswer] = useState<Result<Value, AppError> | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let wanted = true;
    void question().then((next) => {
      if (wanted) setAnswer(next);
    });
    return () => {
      wanted = false;
    };
  }, [question, turn]);
  return {
    answer,
    again: () => setTurn((before) => before + 1),
    put: (value) => setAnswer({ ok: true, value }),
  };
}

/** A sign-in that the person has begun. */
export interface SignIn {
  /** The account that is signed in to anew, `new`, or null while none waits for the browser. */
  readonly waiting: AccountId | 'new' | null;
  /** Takes an account to sign in to anew; without one, adds one. */
  readonly start: (known?: AccountView) => void;
  readonly cancel: () => void;
}

/** Takes the bridge and what is told why a sign-in failed (null: nothing did); returns the one sign-in that may be under way. */
export function useSignIn(bridge: PageBridge, tell: (failure: AppError | null) => void): SignIn {
  const [waiting, setWaiting] = useState<AccountId | 'new' | null>(null);
  const cancelled = useRef(false);
  const isCancelled = (): boolean => cancelled.current;
  const run = async (known?: AccountView): Promise<void> => {
    cancelled.current = false;
    setWaiting(known?.id ?? 'new');
    // What the last one came to would otherwise look as if it were about this one.
    tell(null);
    const answer = await (known
      ? bridge.call('account.reconnect', { accountId: known.id })
      : bridge.call('account.add'));
    setWaiting(null);
    // Because whoever gives up knows it already.
    if (answer.ok || !isCancelled()) tell(answer.ok ? null : answer.error);
  };
  return {
    waiting,
    start: (known) => {
      if (waiting === null) void run(known);
    },
    cancel: () => {
      cancelled.current = true;
      void bridge.call('account.cancel');
    },
  };
}
