import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { CalendarView, Policies, PolicyChange } from '../../../shared/dto.ts';
import { blockPolicySchema, busyPolicySchema, policiesSchema, policyChangeSchema } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { listed } from '../../../shared/phrases.ts';
import { failed, type Command, type CommandContext, type Outcome } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { clean } from '../text.ts';
import { consequenceLines } from '../words.ts';
import { findCalendar } from './calendars.ts';

/** Where a choice holds: everywhere, for the events of one calendar, or for the blocks from one calendar to another. */
export interface PolicyScope {
  readonly calendar: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Lets a way follow what holds everywhere again. */
  readonly asEverywhere: boolean;
}

/** What a person wants changed: choices as `name=value`, or a file of them; kept only when they say so. */
export interface PolicyRequest extends PolicyScope {
  readonly choices: readonly string[];
  readonly file: string | null;
  readonly yes: boolean;
}

type Refusal = { readonly refused: Outcome };
const refuse = (about: string, hint: string | null = null): Refusal => ({
  refused: failed(appError('option-invalid', about), hint),
});
const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value;

const someSchema = policiesSchema.partial().refine((policies) => Object.keys(policies).length > 0);
const fileSchema = z.union([
  policyChangeSchema.transform((change) => [change]),
  z.array(policyChangeSchema),
  someSchema,
]);

/** The names that may be chosen in each scope; taken from the schemas, so that a new policy is known by itself. */
const policyNames = {
  everywhere: ['intervalMinutes', ...Object.keys(blockPolicySchema.shape)],
  route: Object.keys(blockPolicySchema.shape),
  calendar: Object.keys(busyPolicySchema.shape),
} as const;

const shown = (value: unknown): string =>
  typeof value === 'string' && !/[\n"]/.test(value) && value !== '' ? clean(value) : JSON.stringify(value);

const choiceLines = (choices: object): readonly string[] =>
  Object.entries(choices).map(([name, value]) => `  ${name}=${shown(value)}`);

/** Returns the command that says all that was chosen about syncing, as `policies set` takes it. */
function listPolicies(): Command {
  return ({ app, paint }) => {
    const policies = app.policies();
    const { calendars } = app.status();
    const nameOf = (id: string): string => clean(calendars.find((each) => each.id === id)?.name ?? id);
    const lines = [paint('bold', 'Everywhere'), `  intervalMinutes=${policies.intervalMinutes}`];
    lines.push(...choiceLines(policies.block));
    for (const route of policies.routes) {
      lines.push('', paint('bold', `From ${nameOf(route.sourceId)} to ${nameOf(route.targetId)}`));
      lines.push(...choiceLines(route.block));
    }
    // Most calendars count the same, and twelve lines for each would hide those that do not.
    const alike = Map.groupBy(policies.busy, ({ busy }) => JSON.stringify(busyPolicySchema.parse(busy)));
    for (const group of alike.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const names = listed(group.map(({ calendarId }) => nameOf(calendarId)));
      lines.push('', paint('bold', `What counts as busy in ${names}`), ...choiceLines(first.busy));
    }
    return { lines, json: { policies } };
  };
}

/** Takes what to change; returns the command that says what that would write, and keeps it when it was told to. */
function setPolicies(request: PolicyRequest): Command {
  return async (context) => {
    const changes = await changesOf(request, context);
    if (isRefusal(changes)) return changes.refused;
    const { app } = context;
    if (changes.length === 0) {
      return { lines: ['Nothing changes: it is chosen already.'], json: { policies: app.policies(), kept: false } };
    }
    const preview = await app.previewPolicies(...changes);
    if (!preview.ok) return failed(preview.error);
    const lines = consequenceLines(preview.value, app.status().calendars, context.paint);
    if (!request.yes) {
      lines.push('', 'Nothing is kept yet. Say it again with --yes to keep it.');
      return { lines, json: { changes, preview: preview.value, kept: false } };
    }
    const saved = app.savePolicies(...changes);
    if (!saved.ok) return failed(saved.error);
    lines.push('', 'Done. The blocks follow with the next `sync`.');
    return { lines, json: { changes, preview: preview.value, policies: saved.value, kept: true } };
  };
}

async function changesOf(request: PolicyRequest, context: CommandContext): Promise<readonly PolicyChange[] | Refusal> {
  const { file, choices } = request;
  if (file !== null) {
    const scoped = request.calendar ?? request.from ?? request.to ?? (request.asEverywhere ? 'yes' : null);
    if (choices.length > 0 || scoped !== null) return refuse('--file stands alone');
    return changesInFile(file, context);
  }
  return changesInWords(request, context);
}

async function changesInFile(file: string, { app, io }: CommandContext): Promise<readonly PolicyChange[] | Refusal> {
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), 'utf8');
  } catch {
    return refuse(`the file ${file} cannot be read`, 'Check the path and that you may read the file.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(`the file ${file} is not JSON`, 'Begin with what `policies list --json` prints.');
  }
  // The answer of `policies list --json` as it is, or the choices alone.
  const inner = z.object({ policies: z.unknown() }).safeParse(value);
  const parsed = fileSchema.safeParse(inner.success ? inner.data.policies : value);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    return refuse(
      `the file ${file} does not hold choices${where === '' ? '' : ` (at ${where})`}`,
      'Begin with what `policies list --json` prints.',
    );
  }
  return Array.isArray(parsed.data) ? parsed.data : differences(policiesSchema.parse(app.policies()), parsed.data);
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What must be changed so that what holds now becomes what is wanted; what is not mentioned stays. */
function differences(now: Policies, wanted: z.infer<typeof someSchema>): readonly PolicyChange[] {
  const changes: PolicyChange[] = [];
  const { intervalMinutes, block, routes, busy } = wanted;
  if (intervalMinutes !== undefined && intervalMinutes !== now.intervalMinutes) {
    changes.push({ kind: 'interval', minutes: intervalMinutes });
  }
  if (block !== undefined && !same(block, now.block)) changes.push({ kind: 'block', block });
  const isSameWay = (one: Policies['routes'][number]) => (other: Policies['routes'][number]) =>
    one.sourceId === other.sourceId && one.targetId === other.targetId;
  for (const route of routes ?? []) {
    if (!same(now.routes.find(isSameWay(route))?.block, route.block)) changes.push({ kind: 'route', ...route });
  }
  for (const route of routes === undefined ? [] : now.routes) {
    if (routes?.some(isSameWay(route)) === true) continue;
    changes.push({ kind: 'route', sourceId: route.sourceId, targetId: route.targetId, block: null });
  }
  for (const one of busy ?? []) {
    const known = now.busy.find((each) => each.calendarId === one.calendarId);
    if (!same(known?.busy, one.busy)) changes.push({ kind: 'busy', ...one });
  }
  return changes;
}

function changesInWords(request: PolicyRequest, { app }: CommandContext): readonly PolicyChange[] | Refusal {
  const { calendars } = app.status();
  const policies = policiesSchema.parse(app.policies());
  const { calendar, from, to, asEverywhere, choices } = request;
  if (calendar !== null && (from !== null || to !== null))
    return refuse('--calendar and --from or --to do not go together');
  if ((from === null) !== (to === null)) return refuse('--from and --to go together');
  if (choices.length === 0 && !asEverywhere) {
    return refuse('no choice is given', `Give some as name=value; see their names with \`policies list\`.`);
  }
  if (asEverywhere && (choices.length > 0 || from === null)) {
    return refuse('--as-everywhere goes with --from and --to alone');
  }
  if (calendar !== null) {
    const found = wanted(calendars, calendar);
    if (isRefusal(found)) return found;
    const known = policies.busy.find((each) => each.calendarId === found.id)?.busy;
    const busy = chosen(busyPolicySchema, known ?? {}, choices);
    if (isRefusal(busy)) return busy;
    return same(busy, known) ? [] : [{ kind: 'busy', calendarId: found.id, busy }];
  }
  if (from !== null && to !== null) {
    const source = wanted(calendars, from);
    if (isRefusal(source)) return source;
    const target = wanted(calendars, to);
    if (isRefusal(target)) return target;
    const way = { kind: 'route', sourceId: source.id, targetId: target.id } as const;
    const known = policies.routes.find((each) => each.sourceId === source.id && each.targetId === target.id)?.block;
    if (asEverywhere) return known === undefined ? [] : [{ ...way, block: null }];
    const block = chosen(blockPolicySchema, known ?? policies.block, choices);
    if (isRefusal(block)) return block;
    return same(block, known) ? [] : [{ ...way, block }];
  }
  return changesEverywhere(policies, choices);
}

function changesEverywhere(policies: Policies, choices: readonly string[]): readonly PolicyChange[] | Refusal {
  const everywhere = z.strictObject({
    intervalMinutes: policiesSchema.shape.intervalMinutes,
    ...blockPolicySchema.shape,
  });
  const now = { intervalMinutes: policies.intervalMinutes, ...policies.block };
  const next = chosen(everywhere, now, choices);
  if (isRefusal(next)) return next;
  const { intervalMinutes, ...block } = next;
  const changes: PolicyChange[] = [];
  if (intervalMinutes !== now.intervalMinutes) changes.push({ kind: 'interval', minutes: intervalMinutes });
  if (!same(block, policies.block)) changes.push({ kind: 'block', block });
  return changes;
}

function wanted(calendars: readonly CalendarView[], name: string): CalendarView | Refusal {
  const found = findCalendar(calendars, name);
  return 'lines' in found ? { refused: found } : found;
}

/**
 * Takes the schema of a scope, what is chosen there and new choices as `name=value`; returns all of it parsed. A value is
 * read as JSON where that fits the schema (`true`, `15`, `null`, `{"from": …}`), else as the text that it is.
 */
function chosen<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  now: object,
  choices: readonly string[],
): z.infer<z.ZodObject<Shape>> | Refusal {
  const next: Record<string, unknown> = { ...now };
  for (const choice of choices) {
    const at = choice.indexOf('=');
    if (at < 1) return refuse(`"${choice}" is not name=value`);
    const name = choice.slice(0, at);
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as unknown as z.ZodType) : null;
    if (field === null) {
      return refuse(`nothing is called "${name}" here`, `There are ${listed(Object.keys(schema.shape))}.`);
    }
    const text = choice.slice(at + 1);
    const value = [jsonOf(text), text].find((each) => each !== undefined && field.safeParse(each).success);
    if (value === undefined) {
      const why = field.safeParse(jsonOf(text) ?? text).error?.issues[0]?.message ?? null;
      return refuse(`"${text}" is no value of ${name}`, why === null ? null : `${why}.`);
    }
    next[name] = value;
  }
  return schema.parse(next);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `policies`. */
export const policiesEntry: CommandEntry = {
  name: 'policies',
  description: 'choose what counts as busy and what blocks show',
  words: [
    {
      name: 'list',
      description: 'list all choices',
      isDefault: true,
      define: (word, choose) => word.action(() => choose(listPolicies())),
    },
    {
      name: 'set',
      description: 'say what other choices would write; keep them with --yes',
      define: (word, choose) =>
        word
          .argument('[name=value...]', 'what to choose')
          .option('--calendar <calendar>', 'choose what counts as busy in one calendar')
          .option('--from <calendar>', 'with --to: choose what blocks show from one calendar to another')
          .option('--to <calendar>', 'see --from')
          .option('--as-everywhere', 'with --from and --to: show there what is shown everywhere')
          .option('--file <file>', 'take the choices from a file, as `policies list --json` prints them')
          .option('--yes', 'keep them')
          .addHelpText(
            'after',
            `
Names:
  everywhere       ${policyNames.everywhere.join(', ')}
  with --from --to ${policyNames.route.join(', ')}
  with --calendar  ${policyNames.calendar.join(', ')}`,
          )
          .action((choices: readonly string[], options: unknown) => {
            const parsed = z.object({
              calendar: z.string().nullable().default(null),
              from: z.string().nullable().default(null),
              to: z.string().nullable().default(null),
              asEverywhere: z.boolean().default(false),
              file: z.string().nullable().default(null),
              yes: z.boolean().default(false),
            });
            choose(setPolicies({ choices, ...parsed.parse(options) }));
          }),
    },
  ],
};
