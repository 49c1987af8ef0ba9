import { wouldShow } from '../../core/coverage.ts';
import { spanOf } from '../../core/times.ts';
import { goneSince, timeOf, type BlockColumns, type EventColumns } from '../columns.ts';
import { dropSlot, putBlock } from './blocks.ts';
import { dropException, eventChanged } from './events.ts';
import type { PageWork } from './page-work.ts';

/** Takes the last page of a read; stores what follows from what the read has not shown. */
export function settleRead(work: PageWork): void {
  settleSeries(work);
  settleBlocks(work);
  if (work.page.complete) sweep(work);
}

/**
 * A series whose start, zone or rule changed shows all exceptions that it still has in the same read; the others are
 * gone (google-calendar.md §2.3).
 */
function settleSeries(work: PageWork): void {
  const { calendarId, readId } = work.page;
  if (!showsWholeSeries(work)) return;
  for (const master of work.tables.reshapedEvents(calendarId)) {
    // Not before a complete read shows it, because the read that first did may have been cut short.
    if (master.seen_read !== readId) continue;
    for (const exception of work.tables.exceptions(calendarId, master.id)) {
      if (exception.seen_read < readId) dropException(work, exception, master);
    }
    work.tables.settleEvent(master);
  }
}

/**
 * Whether a series that the read shows is shown with all its exceptions. One that could not be understood is not one that is
 * gone: the next complete read tells.
 */
const showsWholeSeries = ({ page: { complete, coverage } }: PageWork): boolean => complete && coverage.of !== 'window';

function settleBlocks(work: PageWork): void {
  const { calendarId, readId, coverage } = work.page;
  for (const block of work.tables.unsettledBlocks(calendarId)) {
    if (block.seen_read !== readId && coverage.of !== 'everything') continue;
    if (block.reshaped === 1 && !showsWholeSeries(work)) continue;
    if (block.reshaped === 1 && block.seen_read === readId && block.absence_by === null) {
      for (const slot of work.tables.slotsOfBlock(calendarId, block.id)) {
        if (slot.seen_read < readId) dropSlot(work, slot, block);
        // One that is still there may be a leftover that the rule does not make any more.
        else work.dirty.markRef(block.source_ref);
      }
    }
    work.tables.settleBlock(block);
  }
}

/**
 * What a complete read would have shown and did not show is not there: the only absence that proves anything. What a later read has shown
 * is left to that one, because another process may have read while this one was waiting for an answer.
 */
function sweep(work: PageWork): void {
  const { tables } = work;
  const { calendarId, readId, run, coverage } = work.page;
  // Nearly every read is one of changes, and what it does not show may be a hundred thousand rows.
  if (coverage.of === 'changes') return;
  for (const event of tables.unseenEvents(calendarId, readId)) {
    if (!wouldShow(coverage, spanOfRow(work, event), isOfSeries(event))) continue;
    const master = event.recurring_event_id === null ? null : tables.event(calendarId, event.recurring_event_id);
    // A full read shows every exception of a live series, the cancelled ones too (google-calendar.md §1.1): one that is not
    // shown has become an ordinary slot again. Cancelling it would open a gap in the blocks.
    if (master !== null && master.status !== 'cancelled' && master.seen_read === readId) {
      dropException(work, event, master);
    } else if (event.status !== 'cancelled') {
      tables.cancelEvent(event);
      eventChanged(work, event);
    }
  }
  for (const block of tables.unseenBlocks(calendarId, readId)) {
    if (!wouldShow(coverage, spanOfRow(work, block), block.recurrence !== '')) continue;
    // A list may lag behind our own write (google-calendar.md §10 no. 7): one that no read has shown yet is looked at by its id.
    if (block.seen_read !== 0) putBlock(work, { ...block, ...goneSince(run) });
  }
  for (const slot of tables.unseenSlots(calendarId, readId)) {
    if (!wouldShow(coverage, null, true)) break;
    const block = tables.block(calendarId, slot.block_id);
    // Those of a deleted block are kept: nothing shows them, and they may come back with it.
    if (block === null || block.absence_by === null) dropSlot(work, slot, block);
  }
}

const spanOfRow = ({ zone }: PageWork, row: EventColumns | BlockColumns) =>
  spanOf(timeOf(row.start_at, row.start_zone), timeOf(row.end_at, row.end_zone), zone);

const isOfSeries = ({ recurrence, recurring_event_id: series }: EventColumns): boolean =>
  recurrence !== '' || series !== null;
