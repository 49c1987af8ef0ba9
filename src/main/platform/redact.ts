import type { LogFields } from '../ports/logger.ts';

/** What stands in a log in place of something private. */
export const redacted = '[redacted]';

/** Longer texts are cut: a log line is no place for a whole answer, and redaction must stay quick. */
const longestText = 8_000;

// Names under which values are private whatever they look like. `code` only on its own, because `errorCode` is useful.
const secretWord =
  'access_?token|refresh_?token|id_?token|token|client_?secret|secret|password|passphrase|assertion|' +
  'code_?verifier|code_?challenge|auth(?:orization)?_?code|api_?key|login_?hint|e_?mail|user_?name';
const proseWord = 'title|summary|description|location|attendees?|organizer|creator|display_?name';
const aloneWord = 'code|authorization|cookie';

const secretKey = new RegExp(`(?:${secretWord}|${proseWord})|^(?:${aloneWord})$`, 'i');

/** `name=`, `name: ` and `"name": `. */
const naming = (words: string): string => `((?:\\b|_)(?:${words})["']?\\s*[=:]\\s*)`;
const quoted = `\\[redacted\\]|"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?`;

// What may stand before the sign of an address, without what separates values in texts and in addresses of pages.
const localPart = "[\\p{L}\\p{N}.!#$%*+_^~`|'{}-]";
const domainPart = '[\\p{L}\\p{N}.%_-]';

const rules: readonly (readonly [RegExp, string])[] = [
  // A name and password before the host of an address, then its query and fragment.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>@]*@/giu, `$1${redacted}@`],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/giu, `$1?${redacted}`],
  // Signed tokens (RFC 7519), Google's access tokens, refresh tokens, codes, client secrets and API keys.
  [/eyJ[\w-]+(?:\.[\w-]*)+/g, redacted],
  [/ya29\.[\w.~+/=-]+/gi, redacted],
  [/1(?:\/|%2F){2}[\w-]{8,}/gi, redacted],
  [/(?<![\w/])[14](?:\/|%2F)[\w-]{8,}/gi, redacted],
  [/GOCSPX-[\w-]+/gi, redacted],
  [/AIza[\w-]{20,}/g, redacted],
  // The number of a Google project stands before its name in a client id; of an account there is nothing but a number.
  [/\b\d{6,}-[a-z0-9]+(?:\.apps\.googleusercontent\.com)?/gi, redacted],
  [/(?<![\w.-])\d{18,24}(?![\w.-])/g, redacted],
  // The name of a person's folder is often their own.
  [/(\/(?:home|Users)\/|\b[A-Z]:\\+Users\\+)(?:[^/\\\n"':;,]{1,64}(?=[/\\])|[^/\\\s"':;,)]+)/gi, `$1${redacted}`],
  [/\b(bearer|basic|negotiate|ntlm|digest)(\s+)[^\s"',;]+/gi, `$1$2${redacted}`],
  // Named values: in quotes, or up to the next separator; of prose, which holds blanks, up to the end of the line.
  [new RegExp(`${naming(`${secretWord}|${aloneWord}`)}(?:${quoted}|[^\\s"',;&})\\]]+)`, 'giu'), `$1${redacted}`],
  [new RegExp(`${naming(proseWord)}(?:${quoted}|[^\\s"'][^\\n;}]*)`, 'giu'), `$1${redacted}`],
  // Addresses of people and ids of calendars (which are addresses), also percent-encoded as in a path. The look-behind
  // lets a match start only where a run of such characters starts, so that the time stays linear.
  [new RegExp(`(?<!${localPart})(?:"[^"\\n]{1,64}"|${localPart}+)(?:@|%40)${domainPart}*`, 'giu'), redacted],
  // The same after a separator that is legal in an address too; the dot tells it from the name of a package.
  [/[/?=&]@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu, redacted],
  // Whatever else is long and mixed like a random token. Our own ids are lower case and stay readable.
  [/(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,}/g, redacted],
];

/**
 * Takes a text for the log, returns it without addresses of people, ids of calendars, tokens, codes, secrets and
 * queries of addresses. Rather hides too much than too little.
 */
export function redact(text: string): string {
  const short = text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), short);
}

/**
 * Takes the fields of a log line, returns them redacted: texts under a name that stands for something private
 * (`summary`, `accessToken`, `email`, `code`) wholly, all other texts by `redact`. Numbers and switches stay.
 */
export function redactFields(fields: LogFields): LogFields {
  const result: Record<string, LogFields[string]> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string') result[redact(name)] = value;
    else result[redact(name)] = isSecretName(name) && value !== '' ? redacted : redact(value);
  }
  return result;
}

function isSecretName(name: string): boolean {
  return secretKey.test(name.replaceAll('-', '_'));
}
