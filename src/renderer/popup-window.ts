import type { RefObject } from 'react';
import { useEffect } from 'react';
import type { DesktopBridge } from '../shared/ipc.ts';

/** Below this a menu or a dialog would not fit into the window. */
const lowest = 320;
/** What an open dialog wants. */
const lowestWithDialog = 460;

/** Takes the popup; returns the height in pixels that it would have if nothing in it scrolled. */
export function wantedHeight(popup: HTMLElement): number {
  const scroller = popup.querySelector('[data-scroller]');
  const outside = [...popup.children].filter((child) => child !== scroller);
  const inside = scroller === null ? [] : [...scroller.children];
  const height = [...outside, ...inside].reduce((sum, child) => sum + child.getBoundingClientRect().height, 0);
  const floor = document.querySelector('dialog[open]') === null ? lowest : lowestWithDialog;
  return Math.max(floor, Math.ceil(height));
}

/**
 * In the desktop app: asks for a window as tall as the popup's content, and closes it on Escape where nothing within
 * was closed by it.
 */
export function usePopupWindow(desktop: DesktopBridge | null, popup: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = popup.current;
    if (desktop === null || element === null) return undefined;
    let asked = 0;
    let due: number | null = null;
    const fit = (): void => {
      due = null;
      const height = wantedHeight(element);
      if (height === asked) return;
      asked = height;
      void desktop.desktop('window.fit', { height: Math.min(height, 2000) });
    };
    const soon = (): void => {
      // A hidden page has no frames; its window must have its height already when it is shown.
      if (document.visibilityState === 'hidden') fit();
      // Else once a frame is enough, and a layout is measured only when it has come to rest.
      else due ??= requestAnimationFrame(fit);
    };
    // What opens, closes or grows shows in one of the two: new or gone elements, or a text size that changed.
    const changes = new MutationObserver(soon);
    changes.observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['open'],
    });
    const sizes = new ResizeObserver(soon);
    sizes.observe(element);
    const escape = (event: KeyboardEvent): void => {
      const within = document.querySelector('dialog[open], [popover]:popover-open');
      if (event.key === 'Escape' && within === null) void desktop.desktop('window.close');
    };
    // Before the browser closes a menu or a dialog, otherwise the same key would close the window, too.
    document.addEventListener('keydown', escape, true);
    soon();
    return () => {
      changes.disconnect();
      sizes.disconnect();
      document.removeEventListener('keydown', escape, true);
      if (due !== null) cancelAnimationFrame(due);
    };
  }, [desktop, popup]);
}
