import { Argument, Option } from 'commander';
import { z } from 'zod';
import { number } from '../../../shared/counts.ts';
import type { CalendarView } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { firstUseOf } from '../../../shared/first-choice.ts';
import { counted, listed } from '../../../shared/phrases.ts';
import { firstChoiceText } from '../../../shared/reasons.ts';
import { askForWord, failed, type Command, type CommandContext, type Outcome } from '../command.ts';
import { removalOptions, type CommandEntry } from '../entry.ts';
import { clean, table } from '../text.ts';
import { consequenceLines, othersText, useText } from '../words.ts';
import { agrees, receiptOutcome } from './reset.ts';

const sameName = (left: string, right: string): boolean =>
  left.normalize('NFC').trim().toLowerCase() === right.normalize('NFC').trim().toLowerCase();

/** Takes an id or a name; returns the one calendar that it means, or what to answer when none or several are meant. */
export function findCalendar(calendars: readonly CalendarView[], wanted: string): CalendarView | Outcome {
  const byId = calendars.find((each) => each.address === wanted) ?? calendars.find((each) => each.id === wanted);
  if (byId) return byId;
  const named = calendars.filter((each) => sameName(each.name, wanted));
  const [only, ...others] = named;
  if (only === undefined) return failed(appError('calendar-unknown', wanted));
  if (others.length === 0) return only;
  return failed(
    appError('option-invalid', `${number(named.length)} calendars are called ${wanted}`),
    `Give the id instead: ${listed(named.map((each) => each.address)).replace(/ and ([^ ]*)$/, ' or $1')}.`,
  );
}

/** Returns the command that lists all calendars of all accounts. */
function listCalendars(): Command {
  return ({ app, io }) => {
    const { accounts, calendars } = app.status();
    const emails = new Map(accounts.map((account) => [account.id, account.email]));
    const rows = calendars.map((calendar) => [
      useText(calendar),
      number(calendar.blocks),
      clean(calendar.name),
      clean(emails.get(calendar.accountId) ?? ''),
      clean(calendar.address),
    ]);
    const lines =
      rows.length === 0
        ? ['No calendar is known yet. Connect an account with `accounts add`.']
        : table(
            [
              { title: 'USE' },
              { title: 'BLOCKS', kind: 'number' },
              { title: 'NAME', kind: 'long' },
              { title: 'ACCOUNT', kind: 'long' },
              { title: 'ID', kind: 'long' },
            ],
            rows,
            io.stdout.columns,
          );
    return { lines, json: { calendars } };
  };
}

/** Takes an id or a name, and what for; returns the command that chooses the use of a calendar. */
function useCalendar(wanted: string, use: { readonly source: boolean; readonly target: boolean }): Command {
  return ({ app }) => {
    const found = findCalendar(app.status().calendars, wanted);
    if ('lines' in found) return found;
    const used = app.useCalendar(found.id, use);
    if (!used.ok) {
      const readOnly = ['calendar-read-only', 'calendar-private-hidden'].includes(used.error.code);
      return failed(used.error, readOnly ? `Use it with --source-only, or ask its owner for more.` : null);
    }
    const calendar = used.value.calendars.find((each) => each.id === found.id) ?? found;
    const words = use.source
      ? use.target
        ? 'is used both ways now'
        : 'is a source only now'
      : use.target
        ? 'is a target only now'
        : 'is not used any more';
    return {
      lines: [`${clean(calendar.name)} ${words}. The blocks follow with the next \`sync\`.`],
      json: { calendar },
    };
  };
}

/**
 * Takes an id or a name, and whether blocks of others go, too; returns the command that ends the use of a calendar. Blocks
 * there that are not known to be from a connected calendar are counted, named and left unless `all` says otherwise; on a
 * calendar of others that is asked for by itself.
 */
function ignoreCalendar(wanted: string, { all }: { readonly all: boolean }): Command {
  return async (context) => {
    const { app, io } = context;
    const found = findCalendar(app.status().calendars, wanted);
    if ('lines' in found) return found;
    const count = app.otherBlocks(found.id);
    const own = found.access === 'owns';
    const others = { calendarId: found.id, name: found.name, count, own };
    if (!all || count === 0 || (!own && !(await agrees(context, others)))) {
      const ignored = await useCalendar(found.id, { source: false, target: false })(context);
      if (count === 0 || ignored.failures !== undefined) return ignored;
      const left = othersText([others], 'To remove them, too, use `calendars ignore --all`.');
      return { ...ignored, lines: [...ignored.lines, ...left], json: { ...ignored.json, others: [others] } };
    }
    const cleared = await app.clearCalendar(found.id, { signal: io.signal, onProgress: context.onProgress });
    if (!cleared.ok) return failed(cleared.error);
    return receiptOutcome(cleared.value, '`calendars ignore --all`', [
      `${clean(found.name)} is not used any more. The blocks elsewhere follow with the next \`sync\`.`,
    ]);
  };
}

/**
 * Takes an id or a name, and the answer where it is given; returns the command that says whether a calendar is a former one
 * under a new address, or asks.
 */
function answerRenaming(wanted: string, answer: 'yes' | 'no' | null): Command {
  return ({ app }) => {
    const found = findCalendar(app.status().calendars, wanted);
    if ('lines' in found) return found;
    const name = clean(found.name);
    if (answer === null && found.formerly !== null) {
      const former = clean(found.formerly);
      return {
        lines: [
          `Is ${name} the former ${former}?`,
          `If it is, ${former} goes on under its new address with all its blocks: \`calendars renamed ${name} yes\`.`,
          `If it is another calendar: \`calendars renamed ${name} no\`.`,
        ],
        json: { calendar: found, answered: false },
      };
    }
    const answered = app.answerRenaming(found.id, answer === 'yes');
    if (!answered.ok) return failed(answered.error);
    const sentence =
      answer === 'yes'
        ? `${name} is the former ${clean(found.formerly ?? '')} and goes on with all its blocks.`
        : `${name} is a calendar of its own, and not used yet. Use it with \`calendars use\`.`;
    return { lines: [sentence], json: { calendar: found, answered: true, same: answer === 'yes' } };
  };
}

/** Takes calendars; returns what each is used for, and why where CalSync chose it. */
export function choiceLines(calendars: readonly CalendarView[]): readonly string[] {
  const rows = calendars.map((calendar) => {
    const use = firstUseOf(calendar.firstChoice);
    // Whoever chose otherwise knows why.
    const chosenByUs = use.source === calendar.source && use.target === calendar.target;
    return [useText(calendar), clean(calendar.name), chosenByUs ? firstChoiceText(calendar.firstChoice) : ''];
  });
  const [, ...lines] = table([{ title: '' }, { title: '', kind: 'long' }, { title: '' }], rows, null);
  return lines.map((line) => `  ${line}`);
}

/**
 * Uses the calendars that are offered as `firstUseOf` says, once the person has seen what that writes: asks at a terminal
 * unless it is confirmed. Takes the calendars, at least one, and what to say before them.
 */
export async function useAsSuggested(
  context: CommandContext,
  offered: readonly CalendarView[],
  confirmed: boolean,
  before: readonly string[] = [],
): Promise<Outcome> {
  const { app } = context;
  const changes = offered.map(
    ({ id, firstChoice }) => ({ kind: 'use', calendarId: id, ...firstUseOf(firstChoice) }) as const,
  );
  const preview = await app.previewPolicies(...changes);
  if (!preview.ok) return failed(preview.error);
  const lines = [
    ...before,
    ...choiceLines(offered.map((calendar) => ({ ...calendar, ...firstUseOf(calendar.firstChoice), offered: false }))),
    '',
    ...consequenceLines(preview.value, app.status().calendars, context.paint),
  ];
  const told = { changes, preview: preview.value };
  if (!confirmed) {
    const { io } = context;
    const person = !context.json && io.stdin.isTTY && io.stderr.isTTY;
    if (!person) {
      lines.push('', 'None of them is used yet. Use them with `calendars use --new --yes`.');
      return { lines, json: { ...told, used: false } };
    }
    await context.undisturbed(() => {
      io.stderr.write(`${lines.splice(0).join('\n')}\n`);
      return Promise.resolve();
    });
    const agreed = await askForWord(context, 'None of them is used yet.', 'use');
    if (agreed !== true) {
      return {
        lines: ['They stay unused. Use them with `calendars use --new`, or leave them with `calendars ignore`.'],
        json: { ...told, used: false },
      };
    }
  }
  const saved = app.savePolicies(...changes);
  if (!saved.ok) return failed(saved.error);
  lines.push(`${counted(offered.length, 'calendar')} used now. The blocks follow with the next \`sync\`.`);
  return { lines, json: { ...told, used: true } };
}

/** Takes how it was asked for; returns the command that uses the calendars that came after the first sync. */
function useOffered(request: {
  readonly confirmed: boolean;
  readonly named: boolean;
  readonly asked: boolean;
}): Command {
  return (context) => {
    if (!request.asked) return failed(appError('option-invalid', 'no calendar is named'), 'Name one, or give --new.');
    if (request.named) return failed(appError('option-invalid', '--new goes without a calendar'));
    const offered = context.app.status().calendars.filter((calendar) => calendar.offered);
    if (offered.length === 0) return { lines: ['No calendar is new.'], json: { changes: [], used: false } };
    return useAsSuggested(context, offered, request.confirmed);
  };
}

/** `calendars`. */
export const calendarsEntry: CommandEntry = {
  name: 'calendars',
  description: 'choose what calendars are used for',
  words: [
    {
      name: 'list',
      description: 'list all calendars of all accounts',
      define: (word, choose) => word.action(() => choose(listCalendars())),
    },
    {
      name: 'use',
      description: 'use a calendar both ways, or one way only',
      define: (word, choose) =>
        word
          .argument('[calendar]', 'its id, or its name when no other has it')
          .addOption(new Option('--source-only', 'its events become blocks, it gets none').conflicts('targetOnly'))
          .addOption(new Option('--target-only', 'it gets blocks, its events become none').conflicts('sourceOnly'))
          .addOption(
            new Option('--new', 'use the calendars that came after the first sync, as CalSync suggests').conflicts([
              'sourceOnly',
              'targetOnly',
            ]),
          )
          .option('--yes', 'with --new: do not ask')
          .action((wanted: string | undefined, options: unknown) => {
            const flag = z.boolean().default(false);
            const parsed = z.object({ sourceOnly: flag, targetOnly: flag, new: flag, yes: flag }).parse(options);
            const { sourceOnly, targetOnly, yes } = parsed;
            choose(
              parsed.new || wanted === undefined
                ? useOffered({ confirmed: yes, named: wanted !== undefined, asked: parsed.new })
                : useCalendar(wanted, { source: !targetOnly, target: !sourceOnly }),
            );
          }),
    },
    {
      name: 'ignore',
      description: 'stop using a calendar',
      define: (word, choose) =>
        word
          .argument('<calendar>', 'its id, or its name when no other has it')
          .option('--all', 'also take blocks off it that are not known to be from a connected calendar, at once')
          .action((wanted: string, options: unknown) => choose(ignoreCalendar(wanted, removalOptions.parse(options)))),
    },
    {
      name: 'renamed',
      description: 'say whether a calendar is a former one under a new address',
      define: (word, choose) =>
        word
          .argument('<calendar>', 'its id, or its name when no other has it')
          .addArgument(new Argument('[answer]', 'whether it is').choices(['yes', 'no']))
          .action((wanted: string, answer: unknown) => {
            const parsed = z.enum(['yes', 'no']).nullable();
            choose(answerRenaming(wanted, parsed.parse(answer ?? null)));
          }),
    },
  ],
};
