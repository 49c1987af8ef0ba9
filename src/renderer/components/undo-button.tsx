import type { ReactElement } from 'react';
import type { Status } from '../../shared/dto.ts';
import type { Instant } from '../../shared/time.ts';
import { formatMoment } from '../format.ts';
import type { Viewer } from '../format.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';

const said = words.undo;

/** A sync that the person may want to undo: its number, and when it was (ISO 8601). */
export interface UndoSubject {
  readonly run: number;
  readonly at: string;
}

export interface UndoButtonProps extends UndoSubject {
  readonly status: Status;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onUndo: (subject: UndoSubject) => void;
  /** Drawn as words alone, where there is little room. */
  readonly small?: boolean;
}

/** The way to take a sync back; nothing where it cannot be undone. */
export function UndoButton(props: UndoButtonProps): ReactElement | null {
  const { run, at, status, now, viewer, onUndo, small = false } = props;
  if (!status.undoable.includes(run)) return null;
  return (
    <Button
      look={small ? 'bare' : 'plain'}
      atEnd
      aria-label={said.buttonFor(formatMoment(at, now, viewer))}
      onClick={() => onUndo({ run, at })}
    >
      {said.button}
    </Button>
  );
}
