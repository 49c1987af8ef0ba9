import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { KeptView, MuteView } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import type { PageBridge } from '../page-bridge.ts';
import { formatStart } from '../format.ts';
import type { Viewer } from '../format.ts';
import { words } from '../words.ts';
import { ActionRow } from './action-row.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Failure } from './failure.tsx';
import { Group } from './group.tsx';
import { Quiet } from './text.tsx';

export interface MutesDialogProps {
  readonly bridge: PageBridge;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onClose: () => void;
}

/** The blocks that stay away, and those that are kept as they were before an undo, each with a way back. */
export function MutesDialog(props: MutesDialogProps): ReactElement {
  const { bridge, now, viewer, onClose } = props;
  const [answer, setAnswer] = useState<Result<readonly MuteView[], AppError> | null>(null);
  const [kept, setKept] = useState<Result<readonly KeptView[], AppError> | null>(null);
  const [said, setSaid] = useState('');
  useEffect(() => {
    let wanted = true;
    void bridge.call('mute.list').then((next) => {
      if (wanted) setAnswer(next);
    });
    void bridge.call('kept.list').then((next) => {
      if (wanted) setKept(next);
    });
    return () => {
      wanted = false;
    };
  }, [bridge]);

  const lift = async (key: string): Promise<void> => {
    const next = await bridge.call('mute.lift', { key });
    setAnswer(next);
    setSaid(next.ok ? words.muteLifted : '');
  };
  const letGo = async (key: string): Promise<void> => {
    const next = await bridge.call('kept.letGo', { key });
    setKept(next);
    setSaid(next.ok ? words.undo.letGone : '');
  };
  const lifted = said === words.muteLifted;
  return (
    <Dialog title={words.mutesTitle} onClose={onClose}>
      {answer === null ? <p role="status">{words.working}</p> : null}
      {answer?.ok === false ? <Failure error={answer.error} /> : null}
      {answer?.ok === true ? (
        <p>{answer.value.length === 0 ? (lifted ? '' : words.mutesNone) : words.mutesMeaning}</p>
      ) : null}
      {answer?.ok === true ? (
        <ul>
          {answer.value.map((mute) => (
            <ActionRow key={mute.key}>
              <span>
                {mute.start === null ? words.muteUnknown : (formatStart(mute.start, now, viewer) ?? words.someTime)}{' '}
                <Quiet as="bdi">{words.muteIn(mute.targetName)}</Quiet>
              </span>
              <Button onClick={() => void lift(mute.key)}>{words.muteLift}</Button>
            </ActionRow>
          ))}
        </ul>
      ) : null}
      {kept?.ok === false ? <Failure error={kept.error} /> : null}
      {kept?.ok === true && kept.value.length > 0 ? (
        <KeptBlocks kept={kept.value} now={now} viewer={viewer} onLetGo={(key) => void letGo(key)} />
      ) : null}
      <p role="status">{said}</p>
    </Dialog>
  );
}

function KeptBlocks(
  props: Pick<MutesDialogProps, 'now' | 'viewer'> & {
    readonly kept: readonly KeptView[];
    readonly onLetGo: (key: string) => void;
  },
): ReactElement {
  const { kept, now, viewer, onLetGo } = props;
  return (
    <Group>
      <h3>{words.undo.keptTitle}</h3>
      <p>{words.undo.keptMeaning}</p>
      <ul>
        {kept.map((one) => (
          <ActionRow key={one.key}>
            <span>
              {formatStart(one.start, now, viewer) ?? words.someTime}
              {one.series ? `, ${words.why.series}` : ''}{' '}
              <Quiet as="bdi">{words.undo.keptFrom(one.sourceName, one.targetName)}</Quiet>
            </span>
            <Button onClick={() => onLetGo(one.key)}>{words.undo.letGo}</Button>
          </ActionRow>
        ))}
      </ul>
    </Group>
  );
}
