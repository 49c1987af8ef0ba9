/**
 * Names that Windows and Exchange have for zones, and the IANA name of each (Unicode CLDR `windowsZones`, territory 001).
 * Appointments that came by mail carry them as they are.
 */
const windowsZones = `
Dateline Standard Time=Etc/GMT+12|UTC-11=Etc/GMT+11|Aleutian Standard Time=America/Adak
Hawaiian Standard Time=Pacific/Honolulu|Alaskan Standard Time=America/Anchorage
Pacific Standard Time=America/Los_Angeles|US Mountain Standard Time=America/Phoenix
Mountain Standard Time=America/Denver|Central America Standard Time=America/Guatemala
Central Standard Time=America/Chicago|Central Standard Time (Mexico)=America/Mexico_City
Canada Central Standard Time=America/Regina|SA Pacific Standard Time=America/Bogota
Eastern Standard Time=America/New_York|US Eastern Standard Time=America/Indianapolis
Venezuela Standard Time=America/Caracas|Paraguay Standard Time=America/Asuncion
Atlantic Standard Time=America/Halifax|Central Brazilian Standard Time=America/Cuiaba
SA Western Standard Time=America/La_Paz|Pacific SA Standard Time=America/Santiago
Newfoundland Standard Time=America/St_Johns|E. South America Standard Time=America/Sao_Paulo
Argentina Standard Time=America/Buenos_Aires|SA Eastern Standard Time=America/Cayenne
Greenland Standard Time=America/Godthab|Montevideo Standard Time=America/Montevideo
Azores Standard Time=Atlantic/Azores|Cape Verde Standard Time=Atlantic/Cape_Verde
Coordinated Universal Time=UTC|GMT Standard Time=Europe/London|Greenwich Standard Time=Atlantic/Reykjavik
W. Europe Standard Time=Europe/Berlin|Central Europe Standard Time=Europe/Budapest
Romance Standard Time=Europe/Paris|Central European Standard Time=Europe/Warsaw
W. Central Africa Standard Time=Africa/Lagos|Morocco Standard Time=Africa/Casablanca
Jordan Standard Time=Asia/Amman|GTB Standard Time=Europe/Bucharest|Middle East Standard Time=Asia/Beirut
Egypt Standard Time=Africa/Cairo|E. Europe Standard Time=Europe/Chisinau|Syria Standard Time=Asia/Damascus
South Africa Standard Time=Africa/Johannesburg|FLE Standard Time=Europe/Kiev|Israel Standard Time=Asia/Jerusalem
Arabic Standard Time=Asia/Baghdad|Turkey Standard Time=Europe/Istanbul|Arab Standard Time=Asia/Riyadh
Belarus Standard Time=Europe/Minsk|Russian Standard Time=Europe/Moscow|E. Africa Standard Time=Africa/Nairobi
Iran Standard Time=Asia/Tehran|Arabian Standard Time=Asia/Dubai|Azerbaijan Standard Time=Asia/Baku
Mauritius Standard Time=Indian/Mauritius|Georgian Standard Time=Asia/Tbilisi|Caucasus Standard Time=Asia/Yerevan
Afghanistan Standard Time=Asia/Kabul|West Asia Standard Time=Asia/Tashkent
Ekaterinburg Standard Time=Asia/Yekaterinburg|Pakistan Standard Time=Asia/Karachi
India Standard Time=Asia/Calcutta|Sri Lanka Standard Time=Asia/Colombo|Nepal Standard Time=Asia/Katmandu
Central Asia Standard Time=Asia/Bishkek|Bangladesh Standard Time=Asia/Dhaka|Myanmar Standard Time=Asia/Rangoon
SE Asia Standard Time=Asia/Bangkok|N. Central Asia Standard Time=Asia/Novosibirsk
China Standard Time=Asia/Shanghai|North Asia Standard Time=Asia/Krasnoyarsk|Singapore Standard Time=Asia/Singapore
W. Australia Standard Time=Australia/Perth|Taipei Standard Time=Asia/Taipei
Ulaanbaatar Standard Time=Asia/Ulaanbaatar|North Asia East Standard Time=Asia/Irkutsk
Tokyo Standard Time=Asia/Tokyo|Korea Standard Time=Asia/Seoul|Yakutsk Standard Time=Asia/Yakutsk
Cen. Australia Standard Time=Australia/Adelaide|AUS Central Standard Time=Australia/Darwin
E. Australia Standard Time=Australia/Brisbane|AUS Eastern Standard Time=Australia/Sydney
West Pacific Standard Time=Pacific/Port_Moresby|Tasmania Standard Time=Australia/Hobart
Vladivostok Standard Time=Asia/Vladivostok|Lord Howe Standard Time=Australia/Lord_Howe
Central Pacific Standard Time=Pacific/Guadalcanal|New Zealand Standard Time=Pacific/Auckland
Fiji Standard Time=Pacific/Fiji|Chatham Islands Standard Time=Pacific/Chatham
Tonga Standard Time=Pacific/Tongatapu|Samoa Standard Time=Pacific/Apia|Line Islands Standard Time=Pacific/Kiritimati`;

const byWindowsName: ReadonlyMap<string, string> = new Map(
  windowsZones
    .trim()
    .split(/[|\n]/)
    .map((pair): [string, string] => {
      const [windows = '', iana = ''] = pair.split('=');
      return [windows.toUpperCase(), iana];
    }),
);

/** `GMT+02:00`, `UTC+2`, `GMT-0330`, `+05:45`: minutes east of Greenwich, the sign as people write it. */
const offsetName = /^(?:GMT|UTC)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?$/;

/** Hours east of Greenwich that have a zone of their own (IANA time zone database, `etcetera`). */
const mostEast = 14;
const mostWest = -12;

/** Takes minutes east of Greenwich, whole hours; returns the name of that zone, whose sign is the other way round (POSIX). */
export function hourZone(minutesEast: number): string | null {
  const hours = minutesEast / 60;
  if (!Number.isInteger(hours) || hours > mostEast || hours < mostWest) return null;
  return hours === 0 ? 'UTC' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

function offsetZone(minutesEast: number): string {
  const [sign, minutes] = [minutesEast < 0 ? '-' : '+', Math.abs(minutesEast)];
  return hourZone(minutesEast) ?? `${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** Few enough that names which somebody makes up cannot fill the memory. */
const mostRemembered = 2000;
const known = new Map<string, string>();

/**
 * Takes the name of a zone as a calendar gives it; returns the one name that it has here. That is the only place that
 * decides what such a name means: a fixed offset of whole hours becomes `Etc/GMT-2` (for two hours **east**), any other
 * `+05:45`, one of Windows its IANA name. Every other name is returned as it is, known or not, because calendars may know
 * more of them.
 */
export function canonicalZone(name: string): string {
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  if (known.size >= mostRemembered) known.clear();
  const made = named(name);
  known.set(name, made);
  return made;
}

function named(name: string): string {
  const text = name.trim().toUpperCase();
  if (text === 'Z') return 'UTC';
  const windows = byWindowsName.get(text);
  if (windows !== undefined) return windows;
  const match = offsetName.exec(text);
  if (match === null) return name;
  const [, sign, hours = '0', minutes = '0'] = match;
  if (Number(hours) > 23) return name;
  const east = Number(hours) * 60 + Number(minutes);
  return offsetZone(sign === '-' ? -east : east);
}

/** Takes the name of a zone; returns how many minutes it is east of Greenwich all year, or null where that is no part of its name. */
export function fixedOffset(name: string): number | null {
  const zone = canonicalZone(name);
  if (zone === 'UTC') return 0;
  const hours = /^Etc\/GMT([+-]\d{1,2})$/i.exec(zone)?.[1];
  if (hours !== undefined) return -Number(hours) * 60;
  const match = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
