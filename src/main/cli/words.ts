import type {
  ActivityView,
  CalendarView,
  HeldBlocks,
  HoldView,
  PlannedOperation,
  PlanPreview,
  PlanView,
  Reason,
  OtherBlocks,
  ResetReceipt,
  StillThere,
  RunView,
  Status,
} from '../../shared/dto.ts';
import type { Voice } from '../../shared/health-words.ts';
import type { Health, HealthMatter, HealthState } from '../../shared/health.ts';
import { healthSaid, holdSaid, matterSaid } from '../../shared/health-words.ts';
import { number } from '../../shared/counts.ts';
import { effectOf } from '../../shared/effects.ts';
import type { CalendarId } from '../../shared/ids.ts';
import { counted, listed } from '../../shared/phrases.ts';
import { reasonText } from '../../shared/reasons.ts';
import type { Instant } from '../../shared/time.ts';
import type { Paint } from './terminal.ts';
import { capitalised, clean, table } from './text.ts';
import { agoText, dayText, eventTimeText, momentText, untilText } from './times.ts';

/** Takes a calendar; returns its use as a sign and a word, because a sign alone says nothing to a screen reader. */
export function useText(
  calendar: Pick<CalendarView, 'source' | 'target' | 'offered' | 'goneSince' | 'formerly'>,
): string {
  if (calendar.formerly !== null) return '? renamed';
  if (calendar.goneSince !== null) return `✕ gone since ${dayText(calendar.goneSince)}`;
  if (calendar.offered) return '? new';
  if (calendar.source && calendar.target) return '⇄ both';
  if (calendar.source) return '→ source';
  return calendar.target ? '← target' : '– unused';
}

/** Takes the end of a pause and now; returns what is said of it. */
export function pauseText(until: string, now: Instant): string {
  return until === 'forever'
    ? 'Syncing is paused until you resume it.'
    : `Syncing is paused until ${momentText(until, now)}.`;
}

/** Takes now; returns how the command line speaks. */
export function voiceAt(now: Instant): Voice {
  return {
    surface: 'command-line',
    time: (moment) => momentText(moment, now),
    until: (moment) => untilText(moment, now),
    number,
  };
}

/** States whose meaning is told by the matters below them. */
const toldBelow: ReadonlySet<HealthState> = new Set(['in-sync', 'in-sync-except', 'needs-you', 'cannot-sync']);

/** Takes how things stand and now; returns it in a sentence, and what it means for the calendars where no matter below says so. */
export function healthLines(health: Health, now: Instant): readonly string[] {
  const { heading, meaning } = healthSaid(health, voiceAt(now));
  return [`${clean(heading)}.`, ...(toldBelow.has(health.state) ? [] : [clean(meaning)])];
}

/** Takes a matter and now; returns what is told of it: what is so and since when, and what to do. */
export function matterLines(
  matter: HealthMatter,
  now: Instant,
): { readonly sentence: string; readonly action: string } {
  if (matter.kind === 'hold') return { sentence: holdText(matter.hold), action: holdActionText(matter.hold) };
  const { sentence, meaning } = matterSaid(matter, voiceAt(now));
  const since = matter.since === null ? '' : ` (since ${momentText(matter.since, now)})`;
  const known =
    matter.need !== 'known'
      ? ''
      : matter.known
        ? ' You have said that you know it.'
        : ' Say with `known` that you know it, and it is told again only when it changes.';
  return { sentence: clean(sentence.replace(/\.$/, `${since}.`)), action: `${clean(meaning)}${known}` };
}

/** Takes the status and now; returns when it last synced and when it will again, or null when neither is known. */
export function lastSyncText(status: Status, now: Instant): string | null {
  const parts: string[] = [];
  if (status.lastSyncAt !== null) parts.push(`last synced ${agoText(status.lastSyncAt, now)}`);
  if (status.nextSyncAt !== null) parts.push(`next at ${momentText(status.nextSyncAt, now)}`);
  return parts.length === 0 ? null : `${capitalised(parts.join(', '))}.`;
}

/** What happened in a run by kind, and on how many calendars; null when the activity does not tell all of it. */
function tallied(run: RunView, activity: readonly ActivityView[]): RunTally | null {
  const kinds = { added: 0, moved: 0, changed: 0, 'put-right': 0, removed: 0, muted: 0, held: 0 };
  const targets = new Set<CalendarId>();
  for (const thing of within(run, activity)) {
    kinds[thing.kind] += thing.targetIds.length;
    if (thing.kind === 'muted' || thing.kind === 'held') continue;
    for (const target of thing.targetIds) targets.add(target);
  }
  // The activity is capped, so a first sync has more blocks than things in it. Then only the run's own counts are true.
  const changed = kinds.moved + kinds.changed + kinds['put-right'];
  const complete = kinds.added === run.added && changed === run.changed && kinds.removed === run.removed;
  return complete ? { ...kinds, putRight: kinds['put-right'], calendars: targets.size } : null;
}

interface RunTally {
  readonly added: number;
  readonly moved: number;
  readonly changed: number;
  readonly putRight: number;
  readonly removed: number;
  readonly calendars: number;
}

/** Takes a run and the latest activity; returns what the run changed in counts, or null when it changed nothing. */
export function runText(run: RunView, activity: readonly ActivityView[]): string | null {
  const tally = tallied(run, activity);
  const parts: string[] = [];
  const say = (count: number, verb: string, after = ''): void => {
    if (count > 0) parts.push(`${verb} ${parts.length === 0 ? counted(count, 'block') : number(count)}${after}`);
  };
  say(run.added, 'added');
  if (tally === null) say(run.changed, 'changed');
  else {
    say(tally.moved, 'moved');
    say(tally.changed, 'changed');
    say(tally.putRight, 'put', ' right');
  }
  say(run.removed, 'removed');
  const where = tally === null ? '' : ` in ${counted(tally.calendars, 'calendar')}`;
  const sentences = parts.length === 0 ? [] : [`${capitalised(parts.join(', '))}${where}.`];
  const away = within(run, activity).filter(({ kind }) => kind === 'muted').length;
  if (away > 0) {
    sentences.push(
      `${capitalised(counted(away, 'block'))} deleted in the calendar ${away === 1 ? 'stays' : 'stay'} away; \`mutes\` lists ${away === 1 ? 'it and puts it' : 'them and puts them'} back.`,
    );
  }
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** What happened while a run went on. */
function within({ startedAt, finishedAt }: RunView, activity: readonly ActivityView[]): readonly ActivityView[] {
  return activity.filter(({ at }) => at >= startedAt && (finishedAt === null || at <= finishedAt));
}

/** Takes a hold; returns what waits, and what becomes of it, in the words of every other surface. */
export function holdText(hold: HoldView): string {
  const { sentence, meaning } = holdSaid(hold, number);
  return clean(`${sentence} ${meaning}`);
}

/** Takes a block that is held; returns its line in a list. */
export function heldBlockText({ start, targetName, series }: HeldBlocks['blocks'][number]): string {
  const when = start === null ? 'at some time' : eventTimeText(start);
  return `    ${when}  ${clean(targetName)}${series ? ', a series' : ''}`;
}

/** Takes a hold; returns the commands that decide it. */
export function holdActionText(hold: HoldView): string {
  const resolve = `holds resolve ${clean(hold.key)}`;
  switch (hold.kind) {
    case 'mass-deletion':
      return `Remove them with \`${resolve} proceed\`.`;
    case 'external-wipe':
      return `Put them back with \`${resolve} put-back\`, or leave them away with \`${resolve} leave-away\`.`;
  }
}

interface PlanLine {
  readonly verb: 'add' | 'change' | 'remove';
  readonly count: number;
  readonly text: string;
}

/** What a plan does to one target, in counts and words. */
export interface PlannedTarget {
  readonly targetId: CalendarId;
  readonly name: string;
  readonly summary: string;
  readonly lines: readonly PlanLine[];
}

const wholeKinds: ReadonlySet<PlannedOperation['kind']> = new Set(['create', 'revive', 'update', 'replace', 'delete']);

function seriesText(series: number, count: number): string {
  if (series === 0) return '';
  if (series < count) return `, ${number(series)} of them series`;
  return count === 1 ? ', a series' : ', all of them series';
}

const verbOrder = ['add', 'change', 'remove'] as const;

/** Takes a plan and the calendars; returns its operations grouped by target, in the order of the calendars. */
export function plannedTargets(plan: PlanView, calendars: readonly CalendarView[]): readonly PlannedTarget[] {
  const byTarget = Map.groupBy(plan.operations, (operation) => operation.targetId);
  const order = new Map(calendars.map((calendar, index) => [calendar.id, index]));
  const rank = (id: CalendarId): number => order.get(id) ?? calendars.length;
  return [...byTarget.entries()]
    .sort(([left], [right]) => rank(left) - rank(right))
    .map(([targetId, operations]) => {
      const lines = verbOrder.flatMap((verb) =>
        [...Map.groupBy(operations, (operation) => operation.reason).entries()].flatMap(([reason, sameReason]) => {
          const same = sameReason.filter((operation) => effectOf(operation) === verb);
          if (same.length === 0) return [];
          // One date of a series is not a series, and its reason says already what it is.
          const series = same.filter((operation) => operation.series && wholeKinds.has(operation.kind)).length;
          return [{ verb, count: same.length, text: reasonText(reason) + seriesText(series, same.length) }];
        }),
      );
      const totals = verbOrder.flatMap((verb) => {
        const total = lines.filter((line) => line.verb === verb).reduce((sum, line) => sum + line.count, 0);
        return total === 0 ? [] : [`${number(total)} to ${verb}`];
      });
      const name = clean(calendars.find((calendar) => calendar.id === targetId)?.name ?? targetId);
      return { targetId, name, summary: listed(totals), lines };
    });
}

/** Takes a preview and the calendars; returns its counts by calendar, with reasons, in the order of the calendars. */
export function previewLines(
  preview: PlanPreview,
  calendars: readonly CalendarView[],
  paint: (paint: Paint, text: string) => string,
): string[] {
  const order = new Map(calendars.map((calendar, index) => [calendar.id, index]));
  const rank = (id: CalendarId): number => order.get(id) ?? calendars.length;
  const counts = preview.targets.flatMap((target) => target.rows.map((row) => row.count));
  const width = number(Math.max(0, ...counts)).length;
  return preview.targets
    .toSorted((one, other) => rank(one.calendarId) - rank(other.calendarId))
    .flatMap((target) => {
      const totals = verbOrder.filter((verb) => target[verb] > 0).map((verb) => `${number(target[verb])} to ${verb}`);
      const name = clean(calendars.find((each) => each.id === target.calendarId)?.name ?? target.calendarId);
      const rows = verbOrder.flatMap((verb) => target.rows.filter((row) => row.effect === verb));
      return [
        `${paint('bold', name)}: ${listed(totals)}`,
        ...rows.map(
          ({ effect, count, reason, series }) =>
            `  ${effect.padEnd(6)}  ${number(count).padStart(width)}  ${reasonText(reason)}${seriesText(series, count)}`,
        ),
      ];
    });
}

/** Takes what changes would write and the calendars; returns it in lines. */
export function consequenceLines(
  preview: PlanPreview,
  calendars: readonly CalendarView[],
  paint: (paint: Paint, text: string) => string,
): string[] {
  const lines = previewLines(preview, calendars, paint);
  if (lines.length === 0) return ['This writes nothing now.'];
  if (preview.agreed > 0) {
    lines.push(
      '',
      `This takes ${counted(preview.agreed, 'block')} away at once. When it is kept, nothing asks you again.`,
    );
  }
  return lines;
}

/** Takes a preview and the calendars; returns its first operations one by one, with their reasons. */
export function itemLines(preview: PlanPreview, calendars: readonly CalendarView[]): string[] {
  if (preview.items.length === 0) return [];
  const nameOf = (id: CalendarId): string => clean(calendars.find((each) => each.id === id)?.name ?? id);
  const [, ...rows] = table(
    [{ title: '' }, { title: '' }, { title: '' }, { title: '' }],
    preview.items.map((item) => [
      item.start === null ? 'at some time' : eventTimeText(item.start),
      nameOf(item.targetId),
      effectOf(item),
      `${reasonText(item.reason)}${item.series ? ', a series' : ''}`,
    ]),
    null,
  );
  const more = preview.more === 0 ? [] : [`  and ${preview.more} more`];
  return ['', 'One by one:', ...rows.map((row) => `  ${row}`), ...more];
}

/** Takes the skips of a plan; returns counts and words, the most frequent first. */
export function skippedLines(plan: PlanView): readonly { readonly count: number; readonly text: string }[] {
  const counts = new Map<Reason, number>();
  for (const { reason } of plan.skips) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => ({ count, text: reasonText(reason) }))
    .sort((left, right) => right.count - left.count || left.text.localeCompare(right.text, 'en'));
}

/** Why blocks are left that look like ours: whoever reads it must not think that they were forgotten. */
const notKnown =
  'not known to be from a connected calendar: of another computer or person, or of an event deleted long ago';

/** Takes blocks of others, and what to do to have them removed, too; returns a sentence for each calendar. */
export function othersText(others: readonly OtherBlocks[], remedy: string): readonly string[] {
  const left = others.map(({ name, count }) => `Left ${counted(count, 'block')} in ${clean(name)}: ${notKnown}.`);
  return left.length === 0 ? [] : [...left, remedy];
}

function unreadText(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`Some may be from ${listed(names.map(clean))}, which could not be read now.`];
}

function stillText({ name, count, later }: StillThere): string {
  if (later) {
    const verb = count === 1 ? 'is' : 'are';
    return `${counted(count, 'block')} in ${clean(name)} ${verb} removed as soon as it can be reached.`;
  }
  return count === 0
    ? `Could not look into ${clean(name)}; blocks may still be there.`
    : `${counted(count, 'block')} ${count === 1 ? 'is' : 'are'} still in ${clean(name)}.`;
}

/** Takes a receipt, and the command that takes blocks of others, too; returns its sentences. */
export function receiptText(receipt: ResetReceipt, withAll: string): readonly string[] {
  const { found, removed, alreadyGone, leftAlone, formerAddress, others, still, unread, cameBack, notRevoked } =
    receipt;
  const sentences = [removed === 0 ? 'There was no block to remove.' : `Removed ${counted(removed, 'block')}.`];
  if (alreadyGone > 0) sentences.push(`${counted(alreadyGone, 'block')} had gone already.`);
  if (leftAlone > 0) {
    sentences.push(
      leftAlone === 1
        ? 'Left 1 event alone: it looks like a block, but somebody made it by hand.'
        : `Left ${leftAlone} events alone: they look like blocks, but somebody made them by hand.`,
    );
  }
  if (formerAddress > 0) {
    const of = formerAddress === 1 ? 'it was' : 'they were';
    sentences.push(
      `Left ${counted(formerAddress, 'block')}: ${of} made while the calendar had another address, or moved there from another calendar.`,
    );
  }
  sentences.push(...othersText(others, `To remove them, too, use ${withAll}.`), ...unreadText(unread));
  sentences.push(...still.map(stillText));
  if (cameBack > 0) {
    sentences.push(
      `${counted(cameBack, 'block')} came back meanwhile: another computer with CalSync makes them, so remove them there, too.`,
    );
  }
  const left = others.reduce((sum, { count }) => sum + count, leftAlone + formerAddress);
  const there = still.reduce((sum, { count }) => sum + count, 0);
  if (found !== removed) {
    sentences.push(
      `In all ${found}: ${removed} removed, ${alreadyGone} gone already, ${left} left, ${there} still there.`,
    );
  }
  if (notRevoked !== null) sentences.push('The permission could not be given back, so Google still lists it.');
  return sentences;
}
