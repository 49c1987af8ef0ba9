import type { Status } from '../../../shared/dto.ts';

/** The popup's window, as far as its life needs it. */
export interface PopupWindow {
  isVisible(): boolean;
  /** Puts it where it belongs, shows it and gives it the focus. */
  reveal(): void;
  hide(): void;
  /** Hands the page a snapshot. */
  tell(status: Status): void;
  destroy(): void;
}

/** What a window tells of itself. */
export interface PopupEvents {
  /** It can be shown without flashing an empty frame. */
  readonly drawn: () => void;
  /** It is no more, or its page is not. */
  readonly gone: () => void;
}

export interface PopupOptions {
  /**
   * Makes the window, hidden. One that is made `in-advance` may stay hidden for hours, so its page must know that it
   * is; one that is made `to-be-shown` is drawn before it is shown.
   */
  readonly open: (purpose: 'in-advance' | 'to-be-shown', events: PopupEvents) => PopupWindow;
  /** Takes milliseconds and what follows; returns what cancels it. */
  readonly wait: (milliseconds: number, then: () => void) => () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export interface Popup {
  /** Makes the window ahead of its first opening, once the app has come to rest. */
  prepare(): void;
  show(): void;
  /** Shows it, or hides it when it is open (or was, until the click that asks for this). */
  toggle(): void;
  hide(): void;
  /** Takes each new snapshot; the page gets it at once while it is shown, and the last of several while it is hidden. */
  tell(status: Status): void;
  /** Closes it for good. */
  destroy(): void;
}

/** A click on the icon takes the focus first; a popup that has closed for that must not open again. */
const toggleTime = 250;
/** After the start the computer has better things to do, and nobody opens the popup in its first moments. */
const preparePause = 2000;
/** A page that crashed is made anew no sooner, because one that always does must not keep the computer busy. */
const mendPause = 60_000;
/** A first sync sends ten snapshots a second, for most of an hour, and a hidden page would draw each of them. */
const tellPause = 5000;

/**
 * Takes how a window is made; returns the popup. Its window is made ahead of the first opening and kept while the app
 * runs, because loading the page takes some hundred milliseconds, and a hidden page costs no time (docs/performance.md).
 */
export function createPopup({ open, wait, now }: PopupOptions): Popup {
  let window: PopupWindow | null = null;
  let isDrawn = false;
  let isWanted = false;
  let isOver = false;
  let hiddenAt = Number.NEGATIVE_INFINITY;
  let cancelMaking: (() => void) | null = null;
  let news: Status | null = null;
  let cancelTelling: (() => void) | null = null;

  const tellNews = (): void => {
    cancelTelling?.();
    cancelTelling = null;
    if (news !== null) window?.tell(news);
    news = null;
  };
  const reveal = (): void => {
    // Before, otherwise the page would show for a moment how things were.
    tellNews();
    window?.reveal();
  };
  const make = (purpose: 'in-advance' | 'to-be-shown'): void => {
    cancelMaking?.();
    cancelMaking = null;
    let isGone = false;
    window = open(purpose, {
      drawn: () => {
        if (isGone) return;
        isDrawn = true;
        if (isWanted) reveal();
        // Its page was painted and believes itself seen, but nobody wants it any more.
        else if (purpose === 'to-be-shown') window?.hide();
      },
      gone: () => {
        if (isGone) return;
        isGone = true;
        window = null;
        isDrawn = false;
        isWanted = false;
        // A page that is made later asks for the present itself.
        news = null;
        makeIn(mendPause);
      },
    });
  };
  const makeIn = (milliseconds: number): void => {
    if (window !== null || cancelMaking !== null || isOver) return;
    cancelMaking = wait(milliseconds, () => make('in-advance'));
  };

  const show = (): void => {
    if (isOver) return;
    isWanted = true;
    if (window === null) make('to-be-shown');
    else if (isDrawn) reveal();
  };
  const hide = (): void => {
    isWanted = false;
    if (window?.isVisible() !== true) return;
    window.hide();
    hiddenAt = now();
  };

  return {
    prepare: () => makeIn(preparePause),
    show,
    toggle: () => {
      if (window?.isVisible() === true || (isWanted && !isDrawn)) hide();
      else if (now() - hiddenAt > toggleTime) show();
    },
    hide,
    tell: (status) => {
      if (window === null) return;
      news = status;
      if (window.isVisible()) tellNews();
      else cancelTelling ??= wait(tellPause, tellNews);
    },
    destroy: () => {
      isOver = true;
      cancelMaking?.();
      cancelTelling?.();
      window?.destroy();
    },
  };
}
