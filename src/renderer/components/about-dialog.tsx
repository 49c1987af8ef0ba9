import type { ReactElement } from 'react';
import type { Status } from '../../shared/dto.ts';
import { words } from '../words.ts';
import { Bullets } from './bullets.tsx';
import { Dialog } from './dialog.tsx';
import { Quiet } from './text.tsx';

/** Who made this, what it promises, which version it is. */
export function AboutDialog(props: { readonly status: Status; readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title={words.aboutTitle} onClose={props.onClose}>
      <p>{words.empty.sentence}</p>
      <Bullets points={words.aboutPromises} />
      <p>{words.aboutPlace}</p>
      <Quiet>{words.version(props.status.version)}</Quiet>
    </Dialog>
  );
}
