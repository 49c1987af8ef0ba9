import type { CalendarId } from '../../shared/ids.ts';
import type { Connection } from './database.ts';

/** Takes the id of a calendar; offers the main ones that may be it under a new address. */
export const offerRenamedSql = `UPDATE calendars SET offered = 1
  WHERE id IN (SELECT calendar_id FROM renamings WHERE former_id = ? AND state <> 'denied')`;

/** Forgets a calendar with all its rows; the main one that may be it under a new address is offered. */
export type ForgetCalendar = (id: CalendarId) => void;

/** Takes the connection; returns what forgets a calendar there. The caller brings transactions. */
export function forgetCalendar(connection: Connection): ForgetCalendar {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const offerRenamed = query(offerRenamedSql);
  const deleteHolds = query('DELETE FROM holds WHERE calendar_id = ?');
  const deleteActivity = query(`DELETE FROM activity WHERE item ->> '$.sourceId' = @calendar
    OR EXISTS (SELECT 1 FROM json_each(item, '$.targetIds') t WHERE t.value = @calendar)`);
  const deleteSlots = query('DELETE FROM block_slots WHERE target_id = ?');
  const deleteCalendar = query('DELETE FROM calendars WHERE id = ?');
  return (id) => {
    offerRenamed.run(id);
    deleteHolds.run(id);
    deleteActivity.run({ calendar: id });
    deleteSlots.run(id);
    deleteCalendar.run(id);
  };
}
