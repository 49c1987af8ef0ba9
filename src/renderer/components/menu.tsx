import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useId, useRef, useState } from 'react';
import { classes } from '../classes.ts';
import type { ButtonLook } from './button.tsx';
import { Button } from './button.tsx';
import styles from './menu.module.css';

export interface MenuItem {
  readonly key: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  readonly onChoose: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly face: ReactNode;
  readonly look: ButtonLook;
  readonly items: readonly MenuItem[];
  readonly side: 'below' | 'above';
  /** True where the face holds its own words. */
  readonly faceIsName?: boolean;
}

/**
 * A button with a menu (ARIA APG, "Menu Button"): opens with a click, Enter, Space or the arrow keys; arrows, Home and
 * End move within; Escape, Tab and a click beside it close it. The browser's own popover keeps focus and layering.
 */
export function Menu({ label, face, look, items, side, faceIsName = false }: MenuProps): ReactElement {
  const id = useId();
  // Named, because the button that opens a popover is its anchor by itself only in newer browsers.
  const anchor = `--menu${id.replaceAll(/[^a-z0-9]/gi, '-')}`;
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const entries = (): readonly HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? []),
  ];
  const focusAt = (index: number): void => {
    const all = entries();
    all[(index + all.length) % all.length]?.focus();
  };
  const move = (event: KeyboardEvent): void => {
    const at = entries().findIndex((entry) => entry === document.activeElement);
    const to: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const index = to[event.key];
    if (index !== undefined) {
      event.preventDefault();
      focusAt(index);
    } else if (event.key === 'Tab') list.current?.hidePopover();
  };

  return (
    <>
      <Button
        look={look}
        aria-haspopup="menu"
        aria-expanded={open}
        {...(faceIsName ? {} : { 'aria-label': label, title: label })}
        popoverTarget={id}
        style={{ anchorName: anchor }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          event.currentTarget.click();
        }}
      >
        {face}
      </Button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className={classes(styles.menu, side === 'below' ? styles.below : styles.above)}
        style={{ positionAnchor: anchor }}
        onKeyDown={move}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
          if (event.newState === 'open') focusAt(0);
        }}
      >
        {items.map((item) => (
          <button
            key={item.key}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={classes(styles.item, item.danger === true && styles.danger)}
            onClick={() => {
              list.current?.hidePopover();
              item.onChoose();
            }}
          >
            {item.icon}
            <span>{item.label}</span>
          </button>
        ))}
      </div>
    </>
  );
}
