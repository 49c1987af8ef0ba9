import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { HeldBlocks, HoldChoice, HoldView } from '../../shared/dto.ts';
import { appError } from '../../shared/errors.ts';
import type { Instant } from '../../shared/time.ts';
import { formatStart } from '../format.ts';
import type { Viewer } from '../format.ts';
import { useAsked } from '../hooks.ts';
import type { PageBridge } from '../page-bridge.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';
import { Group } from './group.tsx';
import styles from './hold-dialog.module.css';
import { Quiet } from './text.tsx';

export interface HoldDialogProps {
  readonly bridge: PageBridge;
  /** As it was when the person was asked: what is held later is another question. */
  readonly hold: HoldView;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onChoose: (choice: HoldChoice) => void;
  readonly onClose: () => void;
}

/** One question that waits for the person: the very blocks that it is about, and two equal answers. */
export function HoldDialog({ bridge, hold, now, viewer, onChoose, onClose }: HoldDialogProps): ReactElement {
  const { key, kind, version, count } = hold;
  const asked = useAsked(useCallback(() => bridge.call('hold.blocks', { key }), [bridge, key]));
  const blocks = asked.answer?.ok === true && asked.answer.value.version === version ? asked.answer.value.blocks : null;
  const failed =
    asked.answer === null || blocks !== null ? null : asked.answer.ok ? appError('hold-changed') : asked.answer.error;
  return (
    <Dialog
      title={words.holdTitle}
      onClose={onClose}
      actions={words.holdChoices[kind].map(({ choice, label }) => (
        <Button
          key={choice ?? 'none'}
          // Nobody answers about blocks that they have not been shown.
          disabled={choice !== null && blocks === null}
          onClick={() => (choice === null ? onClose() : onChoose(choice))}
        >
          {label(count)}
        </Button>
      ))}
    >
      <p>
        <bdi>{words.hold(hold).sentence}</bdi>
      </p>
      <Quiet>{words.hold(hold).meaning}</Quiet>
      {asked.answer === null ? <p role="status">{words.working}</p> : null}
      {failed === null ? null : <Failure error={failed} />}
      {blocks === null ? null : (
        <Group>
          <h3>{words.holdBlocks[kind]}</h3>
          {[...Map.groupBy(blocks, ({ targetId }) => targetId)].map(([targetId, list]) => (
            <section key={targetId}>
              <h4>
                <bdi>{words.holdIn(list[0]?.targetName ?? targetId, list.length)}</bdi>
              </h4>
              <HeldTimes list={list} now={now} viewer={viewer} />
            </section>
          ))}
        </Group>
      )}
    </Dialog>
  );
}

/** More lines than this at once would only be scrolled past. */
const heldAtFirst = 30;

/** When the blocks of one calendar start; of many the first, and the rest where it is asked for. */
function HeldTimes(props: {
  readonly list: HeldBlocks['blocks'];
  readonly now: Instant;
  readonly viewer: Viewer;
}): ReactElement {
  const { list, now, viewer } = props;
  const [all, setAll] = useState(false);
  const shown = all ? list : list.slice(0, heldAtFirst);
  const rest = list.length - shown.length;
  return (
    <>
      <ul className={styles.times}>
        {shown.map(({ start, series }, index) => (
          <li key={index}>
            {start === null ? words.someTime : (formatStart(start, now, viewer) ?? words.someTime)}
            {series ? `, ${words.activitySeries}` : ''}
          </li>
        ))}
      </ul>
      {rest === 0 ? null : (
        <Button look="link" onClick={() => setAll(true)}>
          {words.activityMore(rest)}
        </Button>
      )}
    </>
  );
}
