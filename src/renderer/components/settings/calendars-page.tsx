import type { ReactElement } from 'react';
import { words } from '../../words.ts';
import { usePolicyChange } from '../policy-change.tsx';
import { Quiet } from '../text.tsx';
import { CalendarTable } from './calendar-table.tsx';
import type { PageProps } from './page-props.ts';
import { Empty } from './section.tsx';
import { Begin } from './sign-in-button.tsx';

const nothing = (): void => undefined;

/** Which calendars make blocks and which get them; what would be written is said before. */
export function CalendarsPage(props: PageProps): ReactElement {
  const { status } = props;
  const change = usePolicyChange(props, nothing);
  if (status.accounts.length === 0) {
    return (
      <Empty sentence={words.settings.noAccount} meaning={words.settings.noAccountMeaning}>
        <Begin />
      </Empty>
    );
  }
  if (status.calendars.length === 0) return <Empty sentence={words.settings.noCalendars} />;
  return (
    <>
      <CalendarTable
        status={status}
        now={props.now}
        viewer={props.viewer}
        pending={change.pending}
        onRenamed={({ id: calendarId }, same) =>
          void props.bridge.call('calendar.renamed', { calendarId, same }).then(props.tell)
        }
        onUse={(calendar, use) => change.offer({ kind: 'use', calendarId: calendar.id, ...use })}
      />
      <Quiet>{words.settings.calendars.quietOnes}</Quiet>
      {change.view}
    </>
  );
}
