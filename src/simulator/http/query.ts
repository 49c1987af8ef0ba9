import { z } from 'zod';
import { invalid } from '../failures.ts';
import type { Outcome } from '../outcome.ts';
import { refuse, success } from '../outcome.ts';
import { parseDateTime } from '../time.ts';
import type { SimulatorContext } from './environment.ts';

const integer = (least: number) =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .refine((value) => value >= least);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const instant = z.string().transform((text, issue) => {
  const ms = parseDateTime(text, undefined);
  if (ms !== undefined) return ms;
  issue.addIssue({ code: 'custom', message: 'not a date-time with an offset' });
  return z.NEVER;
});
const list = z.array(z.string());

/** Parsers of query parameters by name. Repeatable parameters are arrays. */
export const parameters = {
  maxResults: integer(1),
  pageToken: z.string(),
  syncToken: z.string(),
  singleEvents: flag,
  showDeleted: flag,
  showHidden: flag,
  showHiddenInvitations: flag,
  timeMin: instant,
  timeMax: instant,
  updatedMin: instant,
  orderBy: z.enum(['startTime', 'updated']),
  q: z.string(),
  iCalUID: z.string(),
  privateExtendedProperty: list,
  sharedExtendedProperty: list,
  eventTypes: z.array(z.enum(['birthday', 'default', 'focusTime', 'fromGmail', 'outOfOffice', 'workingLocation'])),
  timeZone: z.string(),
  maxAttendees: integer(1),
  alwaysIncludeEmail: flag,
  originalStart: z.string(),
  sendUpdates: z.enum(['all', 'externalOnly', 'none']),
  sendNotifications: flag,
  supportsAttachments: flag,
  conferenceDataVersion: integer(0),
  eventLabelVersion: integer(0),
  destination: z.string(),
  text: z.string(),
  minAccessRole: z.enum(['freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner']),
  showOwnOrganizationOnly: flag,
} as const;

/** A parameter that some call takes. */
export type ParameterName = keyof typeof parameters;
/** The values of some parameters, as far as they were given. */
export type Parameters<N extends ParameterName> = { [K in N]?: z.output<(typeof parameters)[K]> | undefined };

const STANDARD: ReadonlySet<string> = new Set([
  'fields',
  'alt',
  'prettyPrint',
  'quotaUser',
  'key',
  'access_token',
  'oauth_token',
  'userIp',
  '$.xgafv',
]);

/**
 * Reads the query parameters that a call knows. Unknown names, wrong values and repeated single parameters are 400,
 * because a misspelt parameter that is passed over would make a client believe in a filter that is not there.
 */
export function readQuery<N extends ParameterName>(
  context: SimulatorContext,
  names: readonly N[],
): Outcome<Parameters<N>> {
  const given = context.req.queries();
  const result: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(given)) {
    const last = values.at(-1) ?? '';
    if (STANDARD.has(name)) {
      if (name === 'alt' && last !== 'json') return refuse(invalid('Invalid Value', 'alt'));
      if (name === 'quotaUser' && last.length > 40) return refuse(invalid('Invalid Value', 'quotaUser'));
      continue;
    }
    const known = names.find((candidate) => candidate === name);
    if (known === undefined) return refuse(invalid(`Unknown parameter: ${name}`, name, 'invalidParameter'));
    const isList = parameters[known] instanceof z.ZodArray;
    if (!isList && values.length > 1) return refuse(invalid('Repeated parameter', name, 'invalidParameter'));
    const parsed = parameters[known].safeParse(isList ? values : last);
    if (!parsed.success)
      return refuse(invalid('Invalid Value', name, name === 'maxResults' ? 'invalidParameter' : 'invalid'));
    result[name] = parsed.data;
  }
  return success(result as Parameters<N>);
}
