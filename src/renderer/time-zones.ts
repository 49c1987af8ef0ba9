import type { Instant } from '../shared/time.ts';

/** One time zone that can be chosen. */
export interface ZoneChoice {
  /** As it is kept: `Europe/Berlin`. */
  readonly id: string;
  /** As it is read: `America/New York`. */
  readonly text: string;
  /** What its clock is called in words: "Central European Time". */
  readonly name: string;
}

/** Browsers list some zones by a name that their cities have given up (`backward` of the time zone database). */
const presentNames: Readonly<Record<string, string>> = {
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** Takes the id of a zone; returns the one that it is listed by here. */
export function presentZone(id: string): string {
  return presentNames[id] ?? id;
}

/** Returns the zone of this computer. */
export function computerZone(): string {
  return presentZone(new Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** Takes the id of a zone; returns it as it is read. */
export function zoneText(id: string): string {
  return id.replaceAll('_', ' ');
}

/**
 * Takes the present, because clocks change their names; returns all zones that this computer knows, by id. It takes some tens of milliseconds, because each name needs a clock
 * of its own, so it is to be asked once, when a person wants to choose.
 */
export function allZones(now: Instant): readonly ZoneChoice[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone').map(presentZone)])]
    .sort()
    .map((id) => ({ id, text: zoneText(id), name: clockName(id, now) }));
}

function clockName(id: string, now: Instant): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: id, timeZoneName: 'longGeneric' }).formatToParts(now);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  // Where a clock has no name, its distance from Greenwich takes the place, which need not be that of summer.
  return name.startsWith('GMT') ? '' : name;
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\s_/-]+/g, ' ')
    .trim()
    .toLowerCase();

/**
 * Takes zones and what a person typed; returns those in whose id or name each word begins a word, those whose city begins
 * so first. Nothing typed names all, in their order.
 */
export function zonesNamed(zones: readonly ZoneChoice[], typed: string): readonly ZoneChoice[] {
  const wanted = plain(typed);
  if (wanted === '') return zones;
  const found = zones.filter((zone) => {
    const known = plain(`${zone.id} ${zone.name}`).split(' ');
    return wanted.split(' ').every((word) => known.some((each) => each.startsWith(word)));
  });
  const city = (zone: ZoneChoice): boolean => plain(zone.id.split('/').at(-1) ?? '').startsWith(wanted);
  return [...found.filter(city), ...found.filter((zone) => !city(zone))];
}

/** Takes zones and the ids that are most likely meant; returns these first, each once, and the others after them. */
export function likelyFirst(zones: readonly ZoneChoice[], likely: readonly string[]): readonly ZoneChoice[] {
  const first = [...new Set(likely)].flatMap((id) => zones.find((zone) => zone.id === id) ?? []);
  return [...first, ...zones.filter((zone) => !first.includes(zone))];
}

/** Takes what a person typed; returns the id of the zone that is called so, whatever its case, or null. */
export function zoneOf(zones: readonly ZoneChoice[], typed: string): string | null {
  const wanted = plain(typed);
  return zones.find((zone) => plain(zone.id) === wanted)?.id ?? null;
}
