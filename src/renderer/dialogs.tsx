import type { ReactElement } from 'react';
import { useState } from 'react';
import type { HoldView, Status } from '../shared/dto.ts';
import type { AppError } from '../shared/errors.ts';
import type { Result } from '../shared/result.ts';
import type { Instant } from '../shared/time.ts';
import { HoldDialog } from './components/hold-dialog.tsx';
import { MutesDialog } from './components/mutes-dialog.tsx';
import { RemovalDialog } from './components/removal-dialog.tsx';
import type { UndoSubject } from './components/undo-button.tsx';
import { UndoDialog } from './components/undo-dialog.tsx';
import type { Viewer } from './format.ts';
import { focusUnlessKept } from './hooks.ts';
import type { PageBridge } from './page-bridge.ts';
import type { RemovalSubject } from './removal.ts';
import { knownBlocks, useRemoval } from './removal.ts';

/** The dialog that is open. The window itself draws those that the other one has not. */
export type OpenDialog =
  | { readonly kind: 'mutes' | 'removal' | 'preview' | 'accounts' | 'about' }
  | { readonly kind: 'hold'; readonly hold: HoldView }
  | { readonly kind: 'undo'; readonly subject: UndoSubject };

export interface DialogsProps {
  readonly bridge: PageBridge;
  readonly status: Status | null;
  readonly now: Instant;
  readonly viewer: Viewer;
  /** Told what came of what a dialog did after it closed. */
  readonly tell: (answer: Result<unknown, AppError>) => void;
  /** Finds what gets the focus after an undo, whose button may have gone by it. */
  readonly afterUndo: () => HTMLElement | null;
}

export interface Dialogs {
  readonly open: OpenDialog | null;
  readonly show: (dialog: OpenDialog) => void;
  readonly close: () => void;
  readonly askRemoval: (subject: RemovalSubject) => void;
  /** The dialog, if both windows have it; to be drawn once. */
  readonly view: ReactElement | null;
}

/** Takes what the window has; returns its dialogs, of which one at most is open. */
export function useDialogs({ bridge, status, now, viewer, tell, afterUndo }: DialogsProps): Dialogs {
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const { removal, begin, find, run } = useRemoval(bridge);
  const close = (): void => setOpen(null);
  const drawn = (): ReactElement | null => {
    switch (open?.kind) {
      case 'mutes':
        return <MutesDialog bridge={bridge} now={now} viewer={viewer} onClose={close} />;
      case 'hold':
        return (
          <HoldDialog
            bridge={bridge}
            now={now}
            viewer={viewer}
            hold={open.hold}
            onClose={close}
            onChoose={(choice) => {
              close();
              void bridge.call('hold.resolve', { key: open.hold.key, choice, version: open.hold.version }).then(tell);
            }}
          />
        );
      case 'undo':
        return status === null ? null : (
          <UndoDialog
            bridge={bridge}
            status={status}
            now={now}
            viewer={viewer}
            subject={open.subject}
            tell={tell}
            onShowMutes={() => setOpen({ kind: 'mutes' })}
            onClose={() => {
              close();
              focusUnlessKept(afterUndo);
            }}
          />
        );
      case 'removal':
        return status === null || removal === null ? null : (
          <RemovalDialog
            removal={removal}
            status={status}
            find={find}
            onConfirm={(choices) =>
              // Shown again when it ends, wherever the person is by then.
              void run(removal.subject, knownBlocks(status), choices).then(() => setOpen({ kind: 'removal' }))
            }
            onClose={close}
          />
        );
      default:
        return null;
    }
  };
  return {
    open,
    show: setOpen,
    close,
    askRemoval: (subject) => {
      begin(subject);
      setOpen({ kind: 'removal' });
    },
    view: drawn(),
  };
}
