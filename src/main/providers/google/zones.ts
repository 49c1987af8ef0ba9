import { day, isDate, type EventTime, type Instant } from '../../../shared/time.ts';
import type { BlockContent } from '../../core/model.ts';
import { instantOf, wallClock } from '../../core/times.ts';
import type { ProviderCall } from '../../ports/provider.ts';

/**
 * Names of one zone each (IANA time zone database, `backward`): a service that has not learnt the new one, or has dropped
 * the old one, takes another (google-calendar.md §8 no. 27). Only zones that were renamed, because no other name is ever refused.
 */
const sameZones: readonly (readonly string[])[] = [
  ['Africa/Asmara', 'Africa/Asmera', 'Africa/Nairobi'],
  ['America/Adak', 'America/Atka'],
  ['America/Argentina/Buenos_Aires', 'America/Buenos_Aires'],
  ['America/Argentina/Catamarca', 'America/Catamarca', 'America/Argentina/ComodRivadavia'],
  ['America/Argentina/Cordoba', 'America/Cordoba', 'America/Rosario'],
  ['America/Argentina/Jujuy', 'America/Jujuy'],
  ['America/Argentina/Mendoza', 'America/Mendoza'],
  ['America/Edmonton', 'America/Yellowknife'],
  ['America/Indiana/Indianapolis', 'America/Indianapolis', 'America/Fort_Wayne'],
  ['America/Indiana/Knox', 'America/Knox_IN'],
  ['America/Iqaluit', 'America/Pangnirtung'],
  ['America/Kentucky/Louisville', 'America/Louisville'],
  ['America/Nuuk', 'America/Godthab'],
  ['America/Panama', 'America/Atikokan', 'America/Coral_Harbour'],
  ['America/Rio_Branco', 'America/Porto_Acre'],
  ['America/Tijuana', 'America/Ensenada', 'America/Santa_Isabel'],
  ['America/Toronto', 'America/Montreal', 'America/Nipigon', 'America/Thunder_Bay'],
  ['America/Winnipeg', 'America/Rainy_River'],
  ['Asia/Ashgabat', 'Asia/Ashkhabad'],
  ['Asia/Dhaka', 'Asia/Dacca'],
  ['Asia/Ho_Chi_Minh', 'Asia/Saigon'],
  ['Asia/Jerusalem', 'Asia/Tel_Aviv'],
  ['Asia/Kathmandu', 'Asia/Katmandu'],
  ['Asia/Kolkata', 'Asia/Calcutta'],
  ['Asia/Macau', 'Asia/Macao'],
  ['Asia/Makassar', 'Asia/Ujung_Pandang'],
  ['Asia/Nicosia', 'Europe/Nicosia'],
  ['Asia/Shanghai', 'Asia/Chongqing', 'Asia/Chungking', 'Asia/Harbin'],
  ['Asia/Thimphu', 'Asia/Thimbu'],
  ['Asia/Ulaanbaatar', 'Asia/Ulan_Bator', 'Asia/Choibalsan'],
  ['Asia/Urumqi', 'Asia/Kashgar'],
  ['Asia/Yangon', 'Asia/Rangoon'],
  ['Atlantic/Faroe', 'Atlantic/Faeroe'],
  ['Etc/UTC', 'UTC', 'Etc/UCT', 'UCT', 'Zulu'],
  ['Europe/Chisinau', 'Europe/Tiraspol'],
  ['Europe/Istanbul', 'Asia/Istanbul'],
  ['Europe/Kyiv', 'Europe/Kiev', 'Europe/Uzhgorod', 'Europe/Zaporozhye'],
  ['Pacific/Chuuk', 'Pacific/Truk', 'Pacific/Yap'],
  ['Pacific/Kanton', 'Pacific/Enderbury'],
  ['Pacific/Pago_Pago', 'Pacific/Samoa'],
  ['Pacific/Pohnpei', 'Pacific/Ponape'],
];

/** Takes the name of a zone; returns its other names, the one in use today first. */
export function otherNames(zone: string): readonly string[] {
  return sameZones.find((names) => names.includes(zone))?.filter((name) => name !== zone) ?? [];
}

/** After so long a service is asked again whether it has learnt a name. */
const memory = day;

type Writing = Extract<ProviderCall, { content: BlockContent }>;

/**
 * What a service has said about names of zones. A name that it refused is written by another one, or by the offset where
 * the event is a single one; a series keeps its hours by its zone alone, so there is nothing else to be tried for it.
 */
export interface ZoneNames {
  /** Takes a call; returns it as it is to be sent: as it is where the service has refused all that could be sent. */
  fitted(call: ProviderCall, now: Instant): ProviderCall;
  /** Takes a call that was refused for its zone, as it was sent; returns what to send next, or null where nothing is left. */
  refused(sent: ProviderCall, now: Instant): ProviderCall | null;
}

/** Returns a memory of refused names; it lasts for a day and is never stored. */
export function createZoneNames(): ZoneNames {
  const refusals = new Map<string, Instant>();
  const isRefused = (zone: string, now: Instant): boolean => {
    const at = refusals.get(zone);
    return at !== undefined && now >= at && now - at < memory;
  };
  const fittedTime = (time: EventTime, series: boolean, now: Instant): EventTime | null => {
    if (isDate(time) || time.timeZone === null) return time;
    const name = [time.timeZone, ...otherNames(time.timeZone)].find((one) => !isRefused(one, now));
    if (name !== undefined) return name === time.timeZone ? time : { ...time, timeZone: name };
    return series ? null : byOffset(time);
  };
  const next = (call: Writing, now: Instant): ProviderCall | null => {
    const series = call.content.recurrence.length > 0;
    const start = fittedTime(call.content.start, series, now);
    const end = fittedTime(call.content.end, series, now);
    return start === null || end === null ? null : withTimes(call, start, end);
  };
  return {
    // Whoever asks for a series again has a reason to (its event has changed), so that it is asked for by its own name.
    fitted: (call, now) => (!isWriting(call) || refusals.size === 0 ? call : (next(call, now) ?? call)),
    refused: (sent, now) => {
      if (!isWriting(sent)) return null;
      const { start, end, recurrence } = sent.content;
      const [zone, ...others] = new Set([start, end].flatMap((time) => zoneOf(time) ?? []));
      if (zone === undefined) return null;
      if (others.length === 0) {
        refusals.set(zone, now);
        return next(sent, now);
      }
      // Which of the two it was is not remembered, because a sound one would be doubted from then on.
      if (recurrence.length > 0) return null;
      const [from, to] = [byOffset(start), byOffset(end)];
      return from === null || to === null ? null : withTimes(sent, from, to);
    },
  };
}

const isWriting = (call: ProviderCall): call is Writing => 'content' in call;
const zoneOf = (time: EventTime): string | null => (isDate(time) ? null : time.timeZone);

function withTimes(call: Writing, start: EventTime, end: EventTime): Writing {
  const { content } = call;
  return start === content.start && end === content.end ? call : { ...call, content: { ...content, start, end } };
}

/** Takes a time; returns the same moment by its offset alone, or null where nobody here can place it. */
function byOffset(time: EventTime): EventTime | null {
  if (isDate(time)) return time;
  const instant = instantOf(time, null);
  return instant === null ? null : wallClock(instant, null);
}
