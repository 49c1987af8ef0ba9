import type { ReactElement } from 'react';
import { splitForMiddle } from '../format.ts';

/**
 * A name or address on one line. Where it does not fit, its middle gives way and both ends stay; the whole is in the
 * tooltip. Isolated from the text around it, because a name may run right to left or hold marks that turn the rest.
 */
export function MiddleText({ text }: { readonly text: string }): ReactElement {
  const split = splitForMiddle(text);
  if (split === null) {
    return (
      <bdi className="middle" title={text}>
        <span className="middle-head">{text}</span>
      </bdi>
    );
  }
  return (
    <bdi className="middle" title={text}>
      <span className="middle-head">{split[0]}</span>
      <span className="middle-tail">{split[1]}</span>
    </bdi>
  );
}
