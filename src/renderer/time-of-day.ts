/**
 * Takes a time of day as it is kept (`HH:MM`, or `24:00` as an end) and a locale; returns it as people there write it, as
 * far as `clockIn` can read that again. Anything else comes back as it is.
 */
export function clockText(clock: string, locale: string | undefined): string {
  const [hour = NaN, minute = NaN] = clock.split(':').map(Number);
  const moment = Date.UTC(2000, 0, 1, hour, minute);
  if (clock === '24:00' || Number.isNaN(moment)) return clock;
  const text = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(moment);
  return clockIn(text) === clock ? text : clock;
}

/**
 * Takes what a person typed as a time of day: "9", "9:30", "0930", "5 pm", "17.30", "24:00". Returns it as `HH:MM`, or null
 * where it is no time.
 */
export function clockIn(typed: string): string | null {
  const text = typed.normalize('NFKC').trim().toLowerCase();
  const parts = /^(\d{1,2})(?:\s*[:.h]\s*(\d{2})|(\d{2}))?\s*h?\s*(?:(a|p)\.?\s?m?\.?)?$/.exec(text);
  if (parts === null) return null;
  const [, first, afterMark, joined, half] = parts;
  const minutes = Number(afterMark ?? joined ?? 0);
  const said = Number(first);
  if (minutes > 59 || (half !== undefined && (said < 1 || said > 12))) return null;
  const hours = half === undefined ? said : (said % 12) + (half === 'p' ? 12 : 0);
  if (hours > 24 || (hours === 24 && minutes > 0)) return null;
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
