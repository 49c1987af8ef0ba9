import { X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useId, useLayoutEffect, useRef } from 'react';
import { words } from '../words.ts';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Whether something was typed in it: then a click beside it, which may be a slip, does not close it. */
  readonly holdsEdits?: boolean;
  /** Buttons at the foot, the main one last. What carries `data-first`, here or above, gets the focus at the start. */
  readonly actions?: ReactNode;
}

/** A modal sheet. Escape and, unless it holds edits, a click beside it close it, and focus goes back to where it came from (HTML §4.11.4). */
export function Dialog({ title, onClose, children, holdsEdits = false, actions }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before the element leaves the document, otherwise the browser could not give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // React gives the focus before a dialog is modal, and the dialog then moves it to its first button.
    element?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleId}
      // The event comes late: by then the element may be open again, or gone in favour of another one.
      onClose={(event) => {
        if (event.currentTarget.isConnected && !event.currentTarget.open) onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && !holdsEdits) event.currentTarget.close();
      }}
    >
      <div className={styles.sheet}>
        <header className={styles.head}>
          <h2 id={titleId}>{title}</h2>
          <IconButton name={words.close} onClick={() => dialog.current?.close()}>
            <X size={16} aria-hidden />
          </IconButton>
        </header>
        <div className={styles.body}>{children}</div>
        {actions === undefined ? null : <footer className={styles.actions}>{actions}</footer>}
      </div>
    </dialog>
  );
}
