import type { ReactElement } from 'react';
import type { ResetReceipt } from '../../shared/dto.ts';
import { matterFor, words } from '../words.ts';
import { number } from '../words/counts.ts';
import { CountRow } from './count-row.tsx';
import { Group } from './group.tsx';
import styles from './receipt.module.css';
import { Quiet } from './text.tsx';

/** What has come of a removal: counts that add up, what was left and what is still there. */
export function Receipt({ receipt }: { readonly receipt: ResetReceipt }): ReactElement {
  const { others, still, unread, cameBack, notRevoked } = receipt;
  return (
    <>
      <dl className={styles.receipt}>
        {words.receipt(receipt).map((line) => (
          <div key={line.label}>
            <dt>{line.label}</dt>
            <dd>{number(line.count)}</dd>
          </div>
        ))}
      </dl>
      {others.length === 0 ? null : (
        <Group>
          <h3>{words.receiptLeft}</h3>
          <ul>
            {others.map((each) => (
              <CountRow key={each.calendarId} count={each.count}>
                <bdi>{each.name}</bdi>
              </CountRow>
            ))}
          </ul>
          <Quiet>{words.othersMeaning}</Quiet>
          {unread.length === 0 ? null : <Quiet>{words.othersUnread(unread)}</Quiet>}
        </Group>
      )}
      {still.length === 0 ? null : (
        <Group>
          <h3>{words.receiptStill}</h3>
          <ul>
            {still.map((each) => (
              <CountRow key={each.calendarId} count={each.count === 0 ? null : each.count}>
                <span>
                  <bdi>{each.name}</bdi>: <Quiet as="bdi">{matterFor(each.error).sentence}</Quiet>
                  {each.later ? <Quiet as="span"> {words.receiptLater}</Quiet> : null}
                </span>
              </CountRow>
            ))}
          </ul>
          {still.every((each) => each.later) ? null : <Quiet>{words.receiptStillMeaning}</Quiet>}
        </Group>
      )}
      {cameBack === 0 ? null : <p>{words.receiptCameBack(cameBack)}</p>}
      {notRevoked === null ? null : (
        <p>
          {words.receiptNotRevoked} <Quiet as="span">{matterFor(notRevoked).sentence}</Quiet>
        </p>
      )}
    </>
  );
}
