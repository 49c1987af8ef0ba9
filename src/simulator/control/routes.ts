import type { Hono } from 'hono';
import { z } from 'zod';
import type { SimulatorContext, SimulatorEnvironment } from '../http/environment.ts';
import { dumpCalendars, summarise } from '../describe.ts';
import { faultSpecSchema } from '../state/faults.ts';
import { Person, PersonCannotError } from '../state/people.ts';
import { switchesSchema } from '../state/switches.ts';

const fields = z.record(z.string(), z.unknown());
const place = { calendar: z.string(), event: z.string() };
const slotted = { ...place, slot: z.string() };
const role = z.enum(['freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner']);

/** What a person can do, by name: the form of the body, and the deed. */
const actions = {
  createEvent: action({ calendar: z.string(), body: fields }, (person, input) =>
    person.createEvent(input.calendar, input.body),
  ),
  patchEvent: action({ ...place, patch: fields }, (person, input) =>
    person.patchEvent(input.calendar, input.event, input.patch),
  ),
  moveTime: action({ ...place, start: fields, end: fields }, (person, input) =>
    person.moveTime(input.calendar, input.event, input.start, input.end),
  ),
  deleteEvent: action(place, (person, input) => person.deleteEvent(input.calendar, input.event)),
  deleteSlot: action(slotted, (person, input) => person.deleteSlot(input.calendar, input.event, input.slot)),
  editSlot: action({ ...slotted, patch: fields }, (person, input) =>
    person.editSlot(input.calendar, input.event, input.slot, input.patch),
  ),
  editAll: action({ ...place, patch: fields }, (person, input) =>
    person.editAll(input.calendar, input.event, input.patch),
  ),
  splitThisAndFollowing: action(
    { ...slotted, patch: fields.default({}), form: z.enum(['R', 'new']).default('R') },
    (person, input) => person.splitThisAndFollowing(input.calendar, input.event, input.slot, input.patch, input.form),
  ),
  touchEvent: action(place, (person, input) => person.touchEvent(input.calendar, input.event)),
  deleteThisAndFollowing: action(slotted, (person, input) =>
    person.deleteThisAndFollowing(input.calendar, input.event, input.slot),
  ),
  moveToCalendar: action({ ...place, destination: z.string() }, (person, input) =>
    person.moveToCalendar(input.calendar, input.event, input.destination),
  ),
  respond: action(
    { ...place, answer: z.enum(['needsAction', 'declined', 'tentative', 'accepted']), slot: z.string().optional() },
    (person, input) => person.respond(input.calendar, input.event, input.answer, input.slot),
  ),
  duplicateEvent: action(
    { ...place, changes: fields.default({}), destination: z.string().optional() },
    (person, input) => person.duplicateEvent(input.calendar, input.event, input.changes, input.destination),
  ),
  undelete: action(place, (person, input) => person.undelete(input.calendar, input.event)),
  createCalendar: action(
    { summary: z.string(), timeZone: z.string().optional(), id: z.string().optional() },
    (person, input) => ({ id: person.createCalendar(input.summary, input.timeZone, input.id) }),
  ),
  renameCalendar: action({ calendar: z.string(), summary: z.string() }, (person, input) =>
    person.renameCalendar(input.calendar, input.summary),
  ),
  shareCalendar: action({ calendar: z.string(), email: z.string(), role: role.nullable() }, (person, input) =>
    person.shareCalendar(input.calendar, input.email, input.role),
  ),
  deleteCalendar: action({ calendar: z.string() }, (person, input) => person.deleteCalendar(input.calendar)),
  renameAddress: action({ address: z.string() }, (person, input) => person.renameAddress(input.address)),
  revokeAccess: action({}, (person) => person.revokeAccess()),
} as const;

/** Names of everything that a person can do over the control path. */
export const actionNames: readonly string[] = Object.keys(actions);

const clockSchema = z.union([
  z.strictObject({ advanceMs: z.number() }),
  z.strictObject({ setTo: z.union([z.number(), z.iso.datetime({ offset: true })]) }),
  z.strictObject({ frozen: z.boolean() }),
]);
const tokensSchema = z.strictObject({
  email: z.string(),
  clientId: z.string().optional(),
  scopes: z.array(z.string()).optional(),
});
const clientSchema = z.strictObject({ blocksOnly: z.boolean(), project: z.string().optional() });
const expireSchema = z.strictObject({ email: z.string().optional() });

interface Action {
  readonly run: (person: Person, body: unknown) => { readonly result: unknown } | { readonly problem: string };
}

function action<S extends z.ZodRawShape>(
  shape: S,
  deed: (person: Person, input: z.output<z.ZodObject<S, z.core.$strict>>) => unknown,
): Action {
  const schema = z.strictObject(shape);
  return {
    run: (person, body) => {
      const input = schema.safeParse(body);
      if (!input.success) return { problem: problemText(input.error) };
      return { result: deed(person, input.data) ?? {} };
    },
  };
}

/** Issues tokens on demand; given by whoever builds the application. */
export type TokenIssuer = (email: string, scopes?: readonly string[], clientId?: string) => object | undefined;

/** Registers the control path (docs/simulator.md). It needs no token and is never counted in the request log. */
export function registerControl(app: Hono<SimulatorEnvironment>, issueTokens: TokenIssuer): void {
  app.get('/', (context) => {
    const { service } = context.env.backend;
    return json({ simulator: 'calsync', accounts: summarise(service), now: new Date(service.now()).toISOString() });
  });

  app.post('/_control/people/:email/:action', (context) => {
    const { service, grants } = context.env.backend;
    const named = Object.entries(actions).find(([name]) => name === context.req.param('action'));
    if (named === undefined) {
      return problem(404, `Unknown action; known are ${actionNames.join(', ')}.`);
    }
    try {
      const done = named[1].run(new Person(service, grants, context.req.param('email')), readBody(context));
      return 'problem' in done ? problem(400, done.problem) : json(done.result as object);
    } catch (error) {
      if (error instanceof PersonCannotError) return problem(error.failure?.status ?? 400, error.message);
      throw error;
    }
  });

  app.get('/_control/faults', (context) => json({ faults: context.env.backend.faults.list() }));
  app.post('/_control/faults', (context) => {
    const spec = faultSpecSchema.safeParse(readBody(context));
    return spec.success ? json(context.env.backend.faults.add(spec.data)) : problem(400, problemText(spec.error));
  });
  app.delete('/_control/faults', (context) => {
    context.env.backend.faults.clear();
    return json({});
  });
  app.delete('/_control/faults/:id', (context) => {
    context.env.backend.faults.clear(Number(context.req.param('id')));
    return json({});
  });

  app.get('/_control/switches', (context) => json(context.env.backend.service.switches));
  app.patch('/_control/switches', (context) => {
    const body = readBody(context);
    const known = z.record(z.string(), z.unknown()).safeParse(body);
    const { service } = context.env.backend;
    const next = switchesSchema.safeParse({ ...service.switches, ...(known.success ? known.data : {}) });
    if (!known.success) return problem(400, problemText(known.error));
    if (!next.success) return problem(400, problemText(next.error));
    service.switches = next.data;
    return json(next.data);
  });

  app.get('/_control/clock', (context) => json(clockOf(context)));
  app.post('/_control/clock', (context) => {
    const change = clockSchema.safeParse(readBody(context));
    if (!change.success) return problem(400, 'Give one of {"advanceMs": n}, {"setTo": "…"}, {"frozen": true}.');
    const { service } = context.env.backend;
    if ('advanceMs' in change.data) service.advanceClock(change.data.advanceMs);
    else if ('frozen' in change.data) service.freezeClock(change.data.frozen);
    else service.setClock(new Date(change.data.setTo).getTime());
    return json(clockOf(context));
  });

  app.get('/_control/requests', (context) => {
    const { requests } = context.env.backend;
    const kind = context.req.query('kind');
    return json({
      counts: requests.counts(),
      requests: requests.list().filter((entry) => kind === undefined || entry.kind === kind),
    });
  });
  app.get('/_control/requests/counts', (context) => json(context.env.backend.requests.counts()));
  app.delete('/_control/requests', (context) => {
    context.env.backend.requests.reset();
    return json({});
  });

  app.get('/_control/dump', (context) => json({ calendars: dumpCalendars(context.env.backend.service) }));
  app.get('/_control/accounts', (context) => json({ accounts: summarise(context.env.backend.service) }));
  app.get('/_control/violations', (context) => json({ violations: context.env.backend.service.violations }));

  app.get('/_control/clients', (context) => json({ clients: [...context.env.backend.grants.clients.values()] }));
  app.post('/_control/clients', (context) => {
    const spec = clientSchema.safeParse(readBody(context));
    return spec.success ? json(context.env.backend.grants.addClient(spec.data)) : problem(400, problemText(spec.error));
  });
  app.post('/_control/tokens', (context) => {
    const spec = tokensSchema.safeParse(readBody(context));
    if (!spec.success) return problem(400, problemText(spec.error));
    const tokens = issueTokens(spec.data.email, spec.data.scopes, spec.data.clientId);
    return tokens === undefined ? problem(404, 'No such account or client.') : json(tokens);
  });
  app.post('/_control/tokens/expire', (context) => {
    const spec = expireSchema.safeParse(readBody(context) ?? {});
    if (!spec.success) return problem(400, problemText(spec.error));
    context.env.backend.grants.expireAccessTokens(spec.data.email);
    return json({});
  });

  app.all('/_control/*', () => problem(404, 'There is no such control; docs/simulator.md lists them.'));
}

function clockOf(context: SimulatorContext): object {
  const now = context.env.backend.service.now();
  return { now, iso: new Date(now).toISOString() };
}

function readBody(context: SimulatorContext): unknown {
  try {
    return JSON.parse(context.env.bodyText) as unknown;
  } catch {
    return undefined;
  }
}

function problemText(error: z.ZodError): string {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return `${path === '' ? 'body' : path}: ${issue?.message ?? 'unreadable'}`;
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { status: 200, headers: { 'content-type': 'application/json' } });
}

function problem(status: number, message: string): Response {
  return new Response(JSON.stringify({ error: message }), { status, headers: { 'content-type': 'application/json' } });
}
