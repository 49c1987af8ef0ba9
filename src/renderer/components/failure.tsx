import type { ReactElement } from 'react';
import type { AppError } from '../../shared/errors.ts';
import { matterFor } from '../words.ts';
import { Quiet } from './text.tsx';

/** What went wrong, and what to do. */
export function Failure({ error }: { readonly error: AppError }): ReactElement {
  const matter = matterFor(error);
  return (
    <div role="alert">
      <p>
        <bdi>{matter.sentence}</bdi>
      </p>
      <Quiet>{matter.action}</Quiet>
    </div>
  );
}
