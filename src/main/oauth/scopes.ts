/** One permission that CalSync cannot do without. */
export interface RequiredScope {
  /** The scope that is asked for. */
  readonly scope: string;
  /** Wider scopes that contain it, granted perhaps to an earlier version of the same client (google-calendar.md §7.4). */
  readonly impliedBy: readonly string[];
  /** What it allows, in the words of a sentence: "A permission … was not ticked: …". */
  readonly means: string;
}

const prefix = 'https://www.googleapis.com/auth/';

/** The permissions without which there is nothing to sync (google-calendar.md §7.4, minimal set). */
export const calendarScopes: readonly RequiredScope[] = [
  {
    scope: `${prefix}calendar.events`,
    impliedBy: [`${prefix}calendar`],
    means: 'see and change events on your calendars',
  },
  {
    scope: `${prefix}calendar.calendarlist.readonly`,
    impliedBy: [`${prefix}calendar.calendarlist`, `${prefix}calendar.readonly`, `${prefix}calendar`],
    means: 'see the list of your calendars',
  },
];

/** What names the person (OpenID Connect Core §5.4). `email` comes back as its long form (google-calendar.md §7.3). */
export const identityScopes: readonly string[] = ['openid', 'email'];

/** Takes the `scope` of a token answer (RFC 6749 §3.3: any order, blanks between), returns the single scopes. */
export function splitScopes(text: string): readonly string[] {
  return text.split(/\s+/).filter((scope) => scope !== '');
}

/** Takes what was granted and what is required. Returns the required ones that are missing, in their order. */
export function missingScopes(
  granted: readonly string[],
  required: readonly RequiredScope[],
): readonly RequiredScope[] {
  return required.filter(({ scope, impliedBy }) => ![scope, ...impliedBy].some((wanted) => granted.includes(wanted)));
}
