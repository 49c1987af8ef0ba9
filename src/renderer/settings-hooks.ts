import type { RefObject } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { DesktopBridge, SettingsPage, SettingsPlace } from '../shared/ipc.ts';
import { hashOf, placeOf } from '../shared/ipc.ts';
import type { PageBridge } from './page-bridge.ts';
import { words } from './words.ts';

/** Has the person asked before the window closes while something is not applied. */
export function useWarningAtClose(needed: boolean): void {
  useEffect(() => {
    if (!needed) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [needed]);
}

export interface ShownPlace {
  /** The place that the address names, or null. */
  readonly place: SettingsPlace | null;
  /** Counts how often a place was asked for by itself, and not by its address. */
  readonly turn: number;
  readonly show: (page: SettingsPage, item?: string) => void;
}

/** Follows the address, and what the main process asks for. */
export function usePlace(bridge: PageBridge): ShownPlace {
  const [place, setPlace] = useState(() => placeOf(window.location.hash));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(window.location.hash));
    window.addEventListener('hashchange', follow);
    const end = bridge.desktop?.onNavigate((wanted) => {
      window.location.hash = hashOf(wanted);
      // Because asking for the place where the window is already changes nothing in the address.
      setTurn((before) => before + 1);
    });
    return () => {
      window.removeEventListener('hashchange', follow);
      end?.();
    };
  }, [bridge]);
  return {
    place,
    turn,
    show: (page, item) => {
      window.location.hash = hashOf({ page, item: item ?? null });
      if (item !== undefined) setTurn((before) => before + 1);
    },
  };
}

/**
 * Takes what the place was asked for, a number that grows when it is asked for again, and whether the page is there;
 * brings the row of that item into view and gives its first control the focus. An item that is gone leaves the page
 * as it is.
 */
export function useItemFocus(item: string | null, turn: number, isThere: boolean): void {
  useEffect(() => {
    if (item === null || !isThere) return;
    const row = [...document.querySelectorAll<HTMLElement>('[data-item]')].find(
      (each) => each.dataset['item'] === item,
    );
    row?.scrollIntoView({ block: 'center' });
    (row?.querySelector<HTMLElement>('button:enabled, input:enabled') ?? row)?.focus({ preventScroll: true });
  }, [item, turn, isThere]);
}

/** What keeps Escape for itself: leaving a field, or closing a list, a menu or a dialog. */
const escapeUsers = 'textarea, select, input:not([type="checkbox"], [type="radio"])';

/**
 * In the desktop app: closes the window on Escape where nothing within is open and no text is being typed. Not on
 * macOS, where settings close with Cmd+W alone, and not in the first steps, where the key would throw away what was
 * begun.
 */
export function useEscape(desktop: DesktopBridge | null, page: SettingsPage): void {
  useEffect(() => {
    if (desktop === null || page === 'guide' || navigator.userAgent.includes('Macintosh')) return undefined;
    const close = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return;
      if (event.target instanceof Element && event.target.matches(escapeUsers)) return;
      void desktop.desktop('window.close');
    };
    // Before the browser closes a menu or a dialog, otherwise the same key would close the window, too.
    document.addEventListener('keydown', close, true);
    return () => document.removeEventListener('keydown', close, true);
  }, [desktop, page]);
}

/** Names the window after its page; gives the heading the focus when the page changes, but not when the window opens. */
export function usePageFocus(page: SettingsPage): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef<SettingsPage | null>(null);
  useEffect(() => {
    document.title = words.settings.windowTitle(words.settings.pages[page]);
    if (before.current !== null && before.current !== page) heading.current?.focus();
    before.current = page;
  }, [page]);
  return heading;
}
