import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { MuteView } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import type { Instant } from '../../shared/time.ts';
import type { PageBridge } from '../page-bridge.ts';
import { formatStart } from '../format.ts';
import type { Viewer } from '../format.ts';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';
import { Failure } from './preview-dialog.tsx';

export interface MutesDialogProps {
  readonly bridge: PageBridge;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onClose: () => void;
}

/** The blocks that stay away because the person deleted them, each with a way back. */
export function MutesDialog({ bridge, now, viewer, onClose }: MutesDialogProps): ReactElement {
  const [answer, setAnswer] = useState<Result<readonly MuteView[], AppError> | null>(null);
  const [lifted, setLifted] = useState(false);
  useEffect(() => {
    let wanted = true;
    void bridge.call('mute.list').then((next) => {
      if (wanted) setAnswer(next);
    });
    return () => {
      wanted = false;
    };
  }, [bridge]);

  const lift = async (key: string): Promise<void> => {
    const next = await bridge.call('mute.lift', { key });
    setAnswer(next);
    setLifted(next.ok);
  };
  return (
    <Dialog title={words.mutesTitle} onClose={onClose}>
      {answer === null ? <p role="status">{words.working}</p> : null}
      {answer?.ok === false ? <Failure error={answer.error} /> : null}
      {answer?.ok === true ? (
        <p>{answer.value.length === 0 ? (lifted ? '' : words.mutesNone) : words.mutesMeaning}</p>
      ) : null}
      {answer?.ok === true ? (
        <ul className="plain-list">
          {answer.value.map((mute) => (
            <li key={mute.key} className="action-row">
              <span>
                {mute.start === null ? words.muteUnknown : (formatStart(mute.start, now, viewer) ?? words.someTime)}{' '}
                <bdi className="quiet">{words.muteIn(mute.targetName)}</bdi>
              </span>
              <button type="button" className="button" onClick={() => void lift(mute.key)}>
                {words.muteLift}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <p role="status">{lifted ? words.muteLifted : ''}</p>
    </Dialog>
  );
}
