import type { WhyAnswer, WhyBlock, WhyEvent, WhyTarget } from '../../../shared/dto.ts';
import { appError } from '../../../shared/errors.ts';
import { counted } from '../../../shared/phrases.ts';
import { copyText, strayText, verdictText } from '../../../shared/verdicts.ts';
import { failed, type Command, type CommandContext } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { clean, displayWidth, padEnd, table } from '../text.ts';
import { eventTimeText } from '../times.ts';

const when = (time: WhyEvent['start']): string => (time === null ? 'at some time' : eventTimeText(time));
const titleOf = (event: WhyEvent): string => clean(event.title ?? '(no title)');
const kindOf = (one: WhyEvent | WhyBlock): string =>
  'there' in one ? 'block' : one.series ? 'series' : one.date ? 'date of a series' : 'event';

function targetLines(targets: readonly WhyTarget[], indent: string): readonly string[] {
  const names = targets.map((target) => clean(target.calendarName));
  const width = Math.max(0, ...names.map(displayWidth));
  return targets.map((target, index) => `${indent}${padEnd(names[index] ?? '', width)}  ${verdictText(target)}`);
}

function blockText(block: WhyBlock): string {
  const gone = block.there ? '' : ' It is not there any more.';
  return `The block in ${clean(block.calendarName)}, ${when(block.start)}.${gone}`;
}

function choiceLines(answer: Extract<WhyAnswer, { kind: 'choices' }>, columns: number | null): readonly string[] {
  const rows = answer.choices.map((one) => [
    when(one.start),
    clean(one.calendarName),
    kindOf(one),
    'there' in one ? '' : titleOf(one),
    one.key,
  ]);
  return [
    'Several are meant by that. Ask again with the name in the last column.',
    '',
    ...table(
      [
        { title: 'STARTS' },
        { title: 'CALENDAR', kind: 'long' },
        { title: 'WHAT' },
        { title: 'TITLE', kind: 'long' },
        { title: 'NAME' },
      ],
      rows,
      columns,
    ),
    ...(answer.more ? ['', 'There are more. Use more words of the title.'] : []),
  ];
}

function eventLines(answer: Extract<WhyAnswer, { kind: 'event' }>, paint: CommandContext['paint']): readonly string[] {
  const { event, block, targets, dates, otherDates } = answer;
  const lines: string[] = [];
  if (block !== null) lines.push(blockText(block), 'It stands for:', '');
  const series = event.series ? ', a series' : event.date ? ', one date of a series' : '';
  lines.push(paint('bold', titleOf(event)), `${clean(event.calendarName)}, ${when(event.start)}${series}`);
  if (event.copy) lines.push(copyText);
  lines.push('', ...(targets.length === 0 ? ['No other calendar gets blocks.'] : targetLines(targets, '')));
  if (dates.length > 0) {
    lines.push('', 'Dates that differ:');
    for (const date of dates) lines.push(`  ${when(date.originalStart)}`, ...targetLines(date.targets, '    '));
  }
  if (otherDates > 0)
    lines.push('', `${counted(otherDates, 'more date')} ${otherDates === 1 ? 'is' : 'are'} not listed.`);
  return lines;
}

/**
 * Takes an id, the short name in a block's description, or words of a title; returns the command that says on which
 * calendars that event has a block or none, and which rule decided. It prints titles, and is the only command that does.
 */
function why(query: string): Command {
  return ({ app, io, paint }) => {
    const answer = app.why(query);
    switch (answer.kind) {
      case 'nothing':
        return failed(appError('event-unknown'));
      case 'choices':
        return { lines: choiceLines(answer, io.stdout.columns), json: { why: answer } };
      case 'stray':
        return { lines: [blockText(answer.block), strayText], json: { why: answer } };
      case 'event':
        return { lines: eventLines(answer, paint), json: { why: answer } };
    }
  };
}

/** `why`. */
export const whyEntry: CommandEntry = {
  name: 'why',
  description: 'say why an event has a block in each calendar, or none',
  define: (word, choose) =>
    word
      .argument('<event or block...>', 'its id, the short name in a block, or words of the title')
      .action((words: readonly string[]) => choose(why(words.join(' ')))),
};
