import type { ReactElement } from 'react';
import { useRef, useState } from 'react';
import type { PlanCounts, PlanPreview, Policies, PolicyChange, ResetReceipt } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';
import { OthersLeft } from './others-left.tsx';
import { PlanDetails } from './plan-details.tsx';
import { Receipt } from './receipt.tsx';
import type { PageProps } from './settings/page-props.ts';
import { StatusLine } from './status-line.tsx';
import { Attention, Quiet, Weighty } from './text.tsx';

type Stage =
  | { readonly kind: 'idle'; readonly said: string }
  | { readonly kind: 'looking'; readonly change: PolicyChange }
  | { readonly kind: 'asking' | 'saving'; readonly change: PolicyChange; readonly preview: PlanPreview }
  | { readonly kind: 'cleared'; readonly receipt: ResetReceipt }
  | { readonly kind: 'failed'; readonly error: AppError };

export interface PolicyChanger {
  /**
   * Takes a change: keeps it at once where it writes nothing, else says what it would write and waits for the person. One
   * that comes while another is looked at is done after it, and dropped with it where that one is not kept.
   */
  readonly offer: (change: PolicyChange) => void;
  /** The last change that is looked at, asked about, kept or waiting, so that its control can show it already; else null. */
  readonly pending: PolicyChange | null;
  /** The dialog and what is said to screen readers; to be drawn once on the page. */
  readonly view: ReactElement;
}

/** What the page gives to the dialog that says what a change writes. */
export type ChangedPage = Pick<PageProps, 'bridge' | 'status' | 'now' | 'viewer'>;

/** Takes what the page has and what is told of choices that were kept; returns the one change that may be under way. */
export function usePolicyChange(page: ChangedPage, onKept: (policies: Policies) => void): PolicyChanger {
  const { bridge } = page;
  const [stage, setStage] = useState<Stage>({ kind: 'idle', said: '' });
  const waiting = useRef<readonly PolicyChange[]>([]);
  const [last, setLast] = useState<PolicyChange | null>(null);
  const wait = (changes: readonly PolicyChange[]): void => {
    waiting.current = changes;
    setLast(changes.at(-1) ?? null);
  };
  const close = (): void => {
    wait([]);
    setStage({ kind: 'idle', said: '' });
  };
  const fail = (error: AppError): void => {
    wait([]);
    setStage({ kind: 'failed', error });
  };

  const keep = async (change: PolicyChange, writes: boolean, taken: readonly CalendarId[] = []): Promise<void> => {
    // First, because what cannot be done now is then offered again with the change. One change ends the use of one calendar.
    const [calendarId] = taken;
    const cleared = calendarId === undefined ? null : await bridge.call('calendar.clear', { calendarId });
    if (cleared?.ok === false) {
      fail(cleared.error);
      return;
    }
    const saved = await bridge.call('policy.save', change);
    if (!saved.ok) {
      fail(saved.error);
      return;
    }
    onKept(saved.value);
    if (cleared !== null) {
      wait([]);
      setStage({ kind: 'cleared', receipt: cleared.value });
      return;
    }
    const [next, ...others] = waiting.current;
    if (next !== undefined) {
      wait(others);
      void look(next);
      return;
    }
    const { changedBeforeStart, keptForSync, changedNow } = words.settings;
    setStage({ kind: 'idle', said: !page.status.started ? changedBeforeStart : writes ? keptForSync : changedNow });
  };
  const look = async (change: PolicyChange): Promise<void> => {
    setStage({ kind: 'looking', change });
    const preview = await bridge.call('policy.preview', change);
    if (!preview.ok) fail(preview.error);
    // Before syncing was started nothing is written, whatever is chosen; the preview of the start says all of it.
    else if ((!page.status.started || writesNothing(preview.value)) && preview.value.others.length === 0)
      await keep(change, false);
    else setStage({ kind: 'asking', change, preview: preview.value });
  };

  const current = 'change' in stage ? stage.change : null;
  const pending = last ?? current;
  const said = stage.kind === 'idle' ? stage.said : stage.kind === 'looking' ? words.settings.change.working : '';
  return {
    pending,
    offer: (change) => {
      if (pending === null) void look(change);
      else wait([...waiting.current, change]);
    },
    view: (
      <>
        <StatusLine quiet text={said} />
        {stage.kind === 'asking' || stage.kind === 'saving' ? (
          <ChangeDialog
            page={page}
            preview={stage.preview}
            saving={stage.kind === 'saving'}
            onClose={close}
            onKeep={(taken) => {
              setStage({ ...stage, kind: 'saving' });
              void keep(stage.change, !writesNothing(stage.preview), taken);
            }}
          />
        ) : null}
        {stage.kind === 'cleared' || stage.kind === 'failed' ? (
          <Dialog
            title={stage.kind === 'cleared' ? words.receiptTitle : words.failedTitle}
            onClose={close}
            actions={
              <Button look="main" data-first onClick={close}>
                {words.done}
              </Button>
            }
          >
            {stage.kind === 'cleared' ? <Receipt receipt={stage.receipt} /> : <Failure error={stage.error} />}
          </Dialog>
        ) : null}
      </>
    ),
  };
}

/** Takes counts; returns whether keeping the change leaves every calendar as it is. What is held waits anyway. */
export function writesNothing(counts: PlanCounts): boolean {
  return counts.add + counts.change + counts.remove === 0;
}

function ChangeDialog(props: {
  readonly page: ChangedPage;
  readonly preview: PlanPreview;
  readonly saving: boolean;
  /** Takes the calendars on which blocks of others are taken, too. */
  readonly onKeep: (taken: readonly CalendarId[]) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { page, preview, saving, onKeep, onClose } = props;
  const [taken, setTaken] = useState<readonly CalendarId[]>([]);
  const said = words.settings.change;
  const takes = preview.others
    .filter(({ calendarId }) => taken.includes(calendarId))
    .reduce((sum, { count }) => sum + count, 0);
  // Before syncing was started the rest of it writes nothing.
  const { add, change, remove } = page.status.started ? preview : { add: 0, change: 0, remove: 0 };
  const label = words.deed({ add, change, remove: remove + takes }) ?? said.withoutWrites;
  return (
    <Dialog
      title={said.title}
      onClose={onClose}
      actions={
        <>
          <Button disabled={saving} onClick={onClose}>
            {words.cancel}
          </Button>
          <Button look="main" data-first disabled={saving} onClick={() => onKeep(taken)}>
            {saving ? said.saving : label}
          </Button>
        </>
      }
    >
      <Weighty>{page.status.started ? said.summary(preview) : words.preview.notStarted}</Weighty>
      {preview.agreed > 0 ? <Attention>{words.preview.agreed(preview.agreed)}</Attention> : null}
      {preview.held > 0 ? <p>{said.held(preview.held)}</p> : null}
      <PlanDetails preview={preview} status={page.status} now={page.now} viewer={page.viewer} />
      <OthersLeft others={preview.others} unread={[]} chosen={taken} onChoose={setTaken} />
      <Quiet>{said.note}</Quiet>
    </Dialog>
  );
}
