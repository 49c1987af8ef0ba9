import type { SlotKey } from '../../../shared/ids.ts';
import { isDate, type EventTime } from '../../../shared/time.ts';
import type { BlockContent, RemovalMark, Tag } from '../../core/model.ts';
import { formatMark } from '../../core/removal.ts';
import { formatTag } from '../../core/tag.ts';

/** A body to be sent. Null deletes a field in a patch. */
export type WireBody = Readonly<Record<string, unknown>>;

const writeTime = (time: EventTime): WireBody =>
  isDate(time)
    ? { date: time.date }
    : { dateTime: time.dateTime, ...(time.timeZone === null ? {} : { timeZone: time.timeZone }) };

// Because a patch merges, so that a day laid over a time would leave both (google-calendar.md §4).
const patchTime = (time: EventTime): WireBody =>
  isDate(time)
    ? { date: time.date, dateTime: null, timeZone: null }
    : { date: null, dateTime: time.dateTime, timeZone: time.timeZone };

const silent = { useDefault: false, overrides: [] };

/** Takes what a block shows and its tag; returns the whole event, as inserts and replaces send it (google-calendar.md §3.4). */
export function wholeBody(content: BlockContent, tag: Tag): WireBody {
  return {
    summary: content.summary,
    description: content.description,
    ...(content.place === null ? {} : { location: content.place }),
    // Declining for the person is not ours to do.
    ...(content.outOfOffice
      ? { eventType: 'outOfOffice', outOfOfficeProperties: { autoDeclineMode: 'declineNone' } }
      : {}),
    status: 'confirmed',
    start: writeTime(content.start),
    end: writeTime(content.end),
    ...(content.recurrence.length === 0 ? {} : { recurrence: content.recurrence }),
    transparency: 'opaque',
    visibility: content.visibility,
    reminders: silent,
    ...(content.colorId === null ? {} : { colorId: content.colorId }),
    extendedProperties: { private: formatTag(tag) },
  };
}

/** Takes what a block shows and its tag; returns the patch that puts all of it right, the colour only if asked to. */
export function patchBody(content: BlockContent, tag: Tag, withColour: boolean): WireBody {
  return {
    summary: content.summary,
    description: content.description,
    location: content.place,
    status: 'confirmed',
    start: patchTime(content.start),
    end: patchTime(content.end),
    // Because somebody may have made a single block repeat by hand, and an absent field would leave it so.
    recurrence: content.recurrence.length === 0 ? null : content.recurrence,
    transparency: 'opaque',
    visibility: content.visibility,
    reminders: silent,
    ...(withColour ? { colorId: content.colorId } : {}),
    extendedProperties: { private: formatTag(tag) },
  };
}

/**
 * Takes what a block shows, its tag and a mark; returns the update that removes it. What it shows is said again, because a
 * person may take it out of the bin, and then it should be what it was.
 */
export function removalBody(content: BlockContent, tag: Tag, mark: RemovalMark): WireBody {
  const properties = { ...formatTag(tag), ...formatMark(mark) };
  return { ...wholeBody(content, tag), status: 'cancelled', extendedProperties: { private: properties } };
}

/** Takes what a slot shows; returns its patch. Rule and tag are the series' own and are inherited (google-calendar.md §2.3). */
export function slotBody(content: BlockContent): WireBody {
  return {
    summary: content.summary,
    description: content.description,
    location: content.place,
    status: 'confirmed',
    start: patchTime(content.start),
    end: patchTime(content.end),
    transparency: 'opaque',
    visibility: content.visibility,
  };
}

/** Takes a slot key; returns the start that it names as `events.instances` wants it: a day, or RFC 3339 in UTC. */
export function writeOriginalStart(slotKey: SlotKey): string {
  const date = `${slotKey.slice(0, 4)}-${slotKey.slice(4, 6)}-${slotKey.slice(6, 8)}`;
  const time = `${slotKey.slice(9, 11)}:${slotKey.slice(11, 13)}:${slotKey.slice(13, 15)}`;
  return slotKey.length === 8 ? date : `${date}T${time}Z`;
}
