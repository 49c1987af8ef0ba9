import type { ReactElement } from 'react';
import { useState } from 'react';
import type { PlanCounts, Policies, PolicyChange } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { PageBridge } from '../../page-bridge.ts';
import { words } from '../../words.ts';
import { Dialog } from '../dialog.tsx';
import { Failure } from '../preview-dialog.tsx';

type Stage =
  | { readonly kind: 'idle'; readonly said: string }
  | { readonly kind: 'looking'; readonly change: PolicyChange }
  | { readonly kind: 'asking' | 'saving'; readonly change: PolicyChange; readonly counts: PlanCounts }
  | { readonly kind: 'failed'; readonly error: AppError };

export interface PolicyChanger {
  /** Takes a change: keeps it at once where it writes nothing, else says what it would write and waits for the person. */
  readonly offer: (change: PolicyChange) => void;
  /** The change that is looked at, asked about or kept, so that its control can show it already; else null. */
  readonly pending: PolicyChange | null;
  /** The dialog and what is said to screen readers; to be drawn once on the page. */
  readonly view: ReactElement;
}

/** Takes the bridge and what is told of choices that were kept; returns the one change that may be under way. */
export function usePolicyChange(bridge: PageBridge, onKept: (policies: Policies) => void): PolicyChanger {
  const [stage, setStage] = useState<Stage>({ kind: 'idle', said: '' });
  const close = (): void => setStage({ kind: 'idle', said: '' });

  const keep = async (change: PolicyChange, writes: boolean): Promise<void> => {
    const saved = await bridge.call('policy.save', change);
    if (!saved.ok) {
      setStage({ kind: 'failed', error: saved.error });
      return;
    }
    onKept(saved.value);
    setStage({ kind: 'idle', said: writes ? words.settings.keptForSync : words.settings.changedNow });
  };
  const look = async (change: PolicyChange): Promise<void> => {
    setStage({ kind: 'looking', change });
    const preview = await bridge.call('policy.preview', change);
    if (!preview.ok) setStage({ kind: 'failed', error: preview.error });
    else if (writesNothing(preview.value)) await keep(change, false);
    else setStage({ kind: 'asking', change, counts: preview.value });
  };

  const pending = stage.kind === 'idle' || stage.kind === 'failed' ? null : stage.change;
  const said = stage.kind === 'idle' ? stage.said : stage.kind === 'looking' ? words.settings.change.working : '';
  return {
    pending,
    offer: (change) => {
      if (pending === null) void look(change);
    },
    view: (
      <>
        <p className="said quiet" role="status">
          {said}
        </p>
        {stage.kind === 'asking' || stage.kind === 'saving' ? (
          <ChangeDialog
            counts={stage.counts}
            saving={stage.kind === 'saving'}
            onClose={close}
            onKeep={() => {
              setStage({ ...stage, kind: 'saving' });
              void keep(stage.change, true);
            }}
          />
        ) : null}
        {stage.kind === 'failed' ? (
          <Dialog
            title={words.failedTitle}
            onClose={close}
            actions={
              <button type="button" className="button button-main" data-first onClick={close}>
                {words.done}
              </button>
            }
          >
            <Failure error={stage.error} />
          </Dialog>
        ) : null}
      </>
    ),
  };
}

/** Takes counts; returns whether keeping the change leaves every calendar as it is. */
export function writesNothing(counts: PlanCounts): boolean {
  return counts.add + counts.change + counts.remove + counts.held === 0;
}

function ChangeDialog(props: {
  readonly counts: PlanCounts;
  readonly saving: boolean;
  readonly onKeep: () => void;
  readonly onClose: () => void;
}): ReactElement {
  const { counts, saving, onKeep, onClose } = props;
  const said = words.settings.change;
  return (
    <Dialog
      title={said.title}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" disabled={saving} onClick={onClose}>
            {words.cancel}
          </button>
          <button type="button" className="button button-main" data-first disabled={saving} onClick={onKeep}>
            {saving ? said.saving : said.keep}
          </button>
        </>
      }
    >
      <p className="weighty">{said.summary(counts)}</p>
      {counts.held > 0 ? <p>{said.held(counts.held)}</p> : null}
      <p className="quiet">{said.note}</p>
    </Dialog>
  );
}
