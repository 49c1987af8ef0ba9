import { z } from 'zod';
import { mayWrite } from '../../shared/access.ts';
import type { CalendarView, RunView } from '../../shared/dto.ts';
import { appError } from '../../shared/errors.ts';
import { messageFor } from '../../shared/messages.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { eventTimeSchema, hour, isDate, type EventTime } from '../../shared/time.ts';
import type { Simulator } from '../../simulator/index.ts';
import type { CalSync } from '../app/calsync.ts';
import { giveConsent } from './consent.ts';
import { activityLines, counted, countsText, planLines, timeText } from './words.ts';

/** What the story is played on. */
export interface Stage {
  readonly app: CalSync;
  readonly simulator: Simulator;
  /** Takes one line of the story, without its line end. */
  readonly say: (line: string) => void;
}

/** What the story came to, so that a test can compare it with what was told. */
export interface StoryEnd {
  /** Blocks by calendar name, as the simulator holds them. */
  readonly blocks: ReadonlyMap<string, number>;
  /** Writes and list calls of the very last run. */
  readonly lastRun: { readonly writes: number; readonly lists: number };
}

/** A sentence about the first thing that was not as it should be. */
type Complaint = string;

const wireTimeSchema = z
  .object({ date: z.string().optional(), dateTime: z.string().optional(), timeZone: z.string().optional() })
  .transform((time) =>
    time.date === undefined ? { dateTime: time.dateTime, timeZone: time.timeZone ?? null } : { date: time.date },
  )
  .pipe(eventTimeSchema);

const rowSchema = z.object({
  id: z.string(),
  status: z.string(),
  summary: z.string().default(''),
  start: wireTimeSchema,
  end: wireTimeSchema,
  recurrence: z.array(z.string()).default([]),
  recurringEventId: z.string().optional(),
  originalStartTime: wireTimeSchema.optional(),
  transparency: z.string().optional(),
  eventType: z.string().optional(),
  attendees: z.array(z.unknown()).default([]),
  extendedProperties: z.object({ private: z.record(z.string(), z.string()).default({}) }).optional(),
});
type Row = z.infer<typeof rowSchema>;

/** An event of the simulated person, and where it is. */
interface Meeting {
  readonly email: string;
  readonly calendarId: string;
  readonly row: Row;
}

const isBlock = (row: Row): boolean => row.extendedProperties?.private['calsync.ref'] !== undefined;
const instantOf = (time: EventTime): number => Date.parse(isDate(time) ? `${time.date}T00:00:00Z` : time.dateTime);

/** What the simulator holds on a calendar; the truth that CalSync's own counts are held against. */
function rowsOf(simulator: Simulator, calendarId: string): readonly Row[] {
  const found = simulator.dump().find((calendar) => calendar.id === calendarId);
  return (found?.events ?? []).flatMap((event) => {
    const parsed = rowSchema.safeParse(event);
    return parsed.success ? [parsed.data] : [];
  });
}

function blocksOn(simulator: Simulator, calendarId: string): readonly Row[] {
  return rowsOf(simulator, calendarId).filter((row) => isBlock(row) && row.recurringEventId === undefined);
}

/** The first event of a person's own calendar that only that calendar holds, and that a block stands for. */
function ownMeeting(simulator: Simulator, email: string, series: boolean): Meeting | null {
  const row = rowsOf(simulator, email).find(
    (each) =>
      !isBlock(each) &&
      each.status === 'confirmed' &&
      !isDate(each.start) &&
      each.recurringEventId === undefined &&
      each.recurrence.length > 0 === series &&
      each.transparency !== 'transparent' &&
      (each.eventType ?? 'default') === 'default' &&
      each.attendees.length === 0,
  );
  return row === undefined ? null : { email, calendarId: email, row };
}

interface Synced {
  readonly run: RunView;
  /** List calls and writes as the simulator saw them. */
  readonly lists: number;
  readonly writes: number;
  /** Requests over the wire; a batch is one. */
  readonly requests: number;
}

async function syncOnce({ app, simulator }: Stage): Promise<Result<Synced, Complaint>> {
  simulator.requests.reset();
  const synced = await app.sync('manual', { start: true });
  if (!synced.ok) return err(messageFor(synced.error, 'command-line').sentence);
  const run = synced.value;
  const [trouble] = run.errors;
  if (run.outcome !== 'ok') return err(messageFor(trouble ?? appError('provider-trouble'), 'command-line').sentence);
  const [violation] = simulator.violations;
  if (violation !== undefined) return err(`CalSync broke a promise: ${violation.message}`);
  const writes = simulator.requests.writes().length;
  if (writes !== run.writes) return err(`CalSync counted ${run.writes} writes, the simulator saw ${writes}.`);
  const requests = simulator.requests.list().filter((request) => request.batch === undefined).length;
  return ok({ run, lists: simulator.requests.counts()['events.list'] ?? 0, writes, requests });
}

function inUse(app: CalSync): readonly CalendarView[] {
  return app.status().calendars.filter((calendar) => calendar.source || calendar.target);
}

/** Syncs a world in which nothing happened; fails unless that costs one list call for each calendar and no write. */
async function syncQuietly(stage: Stage): Promise<Result<Synced, Complaint>> {
  const synced = await syncOnce(stage);
  if (!synced.ok) return synced;
  const { writes, lists } = synced.value;
  const calendars = inUse(stage.app).length;
  if (writes !== 0) return err(`A run in which nothing had changed made ${counted(writes, 'write')}.`);
  if (lists !== calendars) {
    return err(
      `A run in which nothing had changed made ${counted(lists, 'list call')} for ${counted(calendars, 'calendar')}.`,
    );
  }
  return synced;
}

function tellRun({ app, say }: Stage, { run, requests }: Synced, zone: string): void {
  const { activity, calendars } = app.status();
  const own = activity.filter((thing) => thing.at >= run.startedAt);
  for (const line of activityLines(own, calendars, zone)) say(`   CalSync: ${line}.`);
  say(`   ${countsText(run)}, with ${counted(requests, 'request')}.`);
}

async function signIn({ app, simulator, say }: Stage): Promise<Complaint | null> {
  for (const { email } of simulator.accounts) {
    const refusals: Complaint[] = [];
    // Without it CalSync would wait out its time limit for an answer that will not come.
    const giveUp = new AbortController();
    const refuse = (complaint: Complaint): void => {
      refusals.push(complaint);
      giveUp.abort();
    };
    const added = await app.addAccount({
      loginHint: email,
      signal: giveUp.signal,
      show: (address) => {
        // Not awaited, because CalSync waits for the answer that this brings only once the page is shown.
        giveConsent(address, email).then(
          (given) => {
            if (!given.ok) refuse(given.error);
          },
          () => refuse('The sign-in page could not be reached.'),
        );
        return Promise.resolve(ok(undefined));
      },
    });
    if (!added.ok) return refusals[0] ?? messageFor(added.error, 'command-line').sentence;
    const own = app.status().calendars.filter((calendar) => calendar.accountId === added.value.id);
    say(`   ${added.value.email}: signed in, ${counted(own.length, 'calendar')}.`);
  }
  return null;
}

function chooseCalendars({ app, say }: Stage): Complaint | null {
  for (const { id, access } of app.status().calendars) {
    const target = mayWrite(access);
    const used = app.useCalendar(id, { source: true, target });
    if (!used.ok) return messageFor(used.error, 'command-line').sentence;
  }
  for (const calendar of app.status().calendars) {
    say(`   ${calendar.target ? '⇄ both ways   ' : '→ source only '} ${calendar.name}`);
  }
  return null;
}

async function firstSync(stage: Stage): Promise<Complaint | null> {
  const { app, say } = stage;
  const planned = await app.plan();
  if (!planned.ok) return messageFor(planned.error, 'command-line').sentence;
  if (planned.value.operations.length === 0) return 'The plan for an empty mesh was empty.';
  say('');
  say('3. What a sync would do, and why (nothing is written yet)');
  for (const line of planLines(planned.value, app.status().calendars)) say(`   ${line}`);
  say('');
  say('4. The first sync');
  const synced = await syncOnce(stage);
  if (!synced.ok) return synced.error;
  const { run, requests, writes } = synced.value;
  if (writes !== planned.value.operations.length) {
    return `The plan had ${counted(planned.value.operations.length, 'step')}, and the sync made ${counted(writes, 'write')}.`;
  }
  say(`   ${counted(run.added, 'block')} added with ${counted(writes, 'write')} in ${counted(requests, 'request')}.`);
  say('');
  say('5. The same world again');
  const again = await syncQuietly(stage);
  if (!again.ok) return again.error;
  say(`   ${counted(again.value.writes, 'write')}, ${counted(again.value.lists, 'list call')}: one for each calendar.`);
  return null;
}

/** The other calendars on which a block stands for a meeting, found by when it is. */
function blocksAt({ app, simulator }: Stage, meeting: Meeting, at: number): readonly { id: string; row: Row }[] {
  return inUse(app)
    .filter((calendar) => calendar.target && calendar.id !== meeting.calendarId)
    .flatMap(({ id }) =>
      blocksOn(simulator, id)
        .filter((row) => instantOf(row.start) === at)
        .map((row) => ({ id, row })),
    );
}

async function meetingMoves(stage: Stage, meeting: Meeting, zone: string): Promise<Complaint | null> {
  const { simulator, say } = stage;
  const { row } = meeting;
  const later = (time: EventTime): EventTime => ({
    dateTime: new Date(instantOf(time) + hour).toISOString(),
    timeZone: isDate(time) ? null : time.timeZone,
  });
  const was = instantOf(row.start);
  const before = blocksAt(stage, meeting, was).length;
  const beforeThere = blocksAt(stage, meeting, was + hour).length;
  say(`   ${meeting.email} moves “${row.summary}” by an hour.`);
  simulator.person(meeting.email).moveTime(meeting.calendarId, row.id, later(row.start), later(row.end));
  const synced = await syncOnce(stage);
  if (!synced.ok) return synced.error;
  tellRun(stage, synced.value, zone);
  const left = blocksAt(stage, meeting, was).length;
  const there = blocksAt(stage, meeting, was + hour);
  if (before === 0) return `No block stood for “${row.summary}”.`;
  if (left !== 0 || there.length !== before + beforeThere) return `Not every block followed “${row.summary}”.`;
  const shown = new Set(there.map((block) => block.row.summary));
  say(`   All that the other calendars show: ${[...shown].map((summary) => `“${summary}”`).join(', ')}.`);
  return shown.has(row.summary) ? `The title “${row.summary}” left its calendar.` : null;
}

async function meetingIsCancelled(stage: Stage, meeting: Meeting, zone: string): Promise<Complaint | null> {
  const { simulator, say } = stage;
  const at = instantOf(meeting.row.start);
  const before = blocksAt(stage, meeting, at).length;
  say(`   ${meeting.email} cancels “${meeting.row.summary}”.`);
  simulator.person(meeting.email).deleteEvent(meeting.calendarId, meeting.row.id);
  const synced = await syncOnce(stage);
  if (!synced.ok) return synced.error;
  tellRun(stage, synced.value, zone);
  if (before === 0) return `No block stood for “${meeting.row.summary}”.`;
  return blocksAt(stage, meeting, at).length === 0 ? null : `A block of “${meeting.row.summary}” stayed behind.`;
}

async function slotIsCancelled(stage: Stage, meeting: Meeting, zone: string): Promise<Complaint | null> {
  const { app, simulator, say } = stage;
  const { row, calendarId } = meeting;
  if (isDate(row.start)) return 'The series lasts all day.';
  // Two weeks on, at the same time on the clock there, whatever the clocks do in between.
  const day = new Date(`${row.start.dateTime.slice(0, 10)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 14);
  const slot = `${day.toISOString().slice(0, 10)}${row.start.dateTime.slice(10, 19)}`;
  const cleared = (): number =>
    inUse(app)
      .filter((calendar) => calendar.target && calendar.id !== calendarId)
      .flatMap(({ id }) => rowsOf(simulator, id))
      .filter((each) => isBlock(each) && each.recurringEventId !== undefined && each.status === 'cancelled').length;
  const series = blocksAt(stage, meeting, instantOf(row.start)).length;
  const before = cleared();
  say(`   ${meeting.email} cancels one date of “${row.summary}”, and keeps the rest.`);
  simulator.person(meeting.email).deleteSlot(calendarId, row.id, slot);
  const synced = await syncOnce(stage);
  if (!synced.ok) return synced.error;
  tellRun(stage, synced.value, zone);
  if (series === 0) return `No block stood for “${row.summary}”.`;
  return cleared() - before === series && synced.value.writes === series
    ? null
    : `The date of “${row.summary}” was not cleared on every calendar with one write each.`;
}

async function blockIsDeleted(stage: Stage, meeting: Meeting, email: string, zone: string): Promise<Complaint | null> {
  const { app, simulator, say } = stage;
  const at = instantOf(meeting.row.start);
  const [block] = blocksAt(stage, meeting, at).filter((each) => each.id === email);
  if (block === undefined) return `No block stood for “${meeting.row.summary}” at ${email}.`;
  say(`   ${email} deletes the block at ${timeText(block.row.start, zone)}: that time shall stay free there.`);
  simulator.person(email).deleteEvent(email, block.row.id);
  const first = await syncOnce(stage);
  if (!first.ok) return first.error;
  if (app.mutes().length > 0) return 'The block was given up at first sight, without making sure.';
  say(`   First sync: ${counted(first.value.writes, 'write')}. CalSync makes sure that nobody else removed it.`);
  const second = await syncOnce(stage);
  if (!second.ok) return second.error;
  tellRun(stage, second.value, zone);
  const stayed = blocksAt(stage, meeting, at);
  if (app.mutes().length !== 1) return 'The deleted block was not noted as one to keep away.';
  if (stayed.some((each) => each.id === email)) return 'The deleted block came back.';
  if (stayed.length === 0) return 'The blocks in the other calendars went, too.';
  say(`   It stays away there, and in ${counted(stayed.length, 'other calendar')} its block is untouched.`);
  return null;
}

function finalCounts({ app, simulator, say }: Stage): Result<ReadonlyMap<string, number>, Complaint> {
  const blocks = new Map<string, number>();
  for (const calendar of inUse(app)) {
    const held = blocksOn(simulator, calendar.id).length;
    if (held !== calendar.blocks) {
      return err(
        `CalSync counts ${counted(calendar.blocks, 'block')} on ${calendar.name}, the simulator holds ${held}.`,
      );
    }
    blocks.set(calendar.name, held);
  }
  const width = Math.max(...[...blocks.keys()].map((name) => name.length));
  for (const [name, count] of blocks) say(`   ${name.padEnd(width)}  ${counted(count, 'block').padStart(9)}`);
  return ok(blocks);
}

/**
 * Takes the stage; plays and tells the whole job of CalSync against the simulator, from signing in to a quiet run, and
 * holds each step against what the simulator has on its calendars. Every number told is counted. Returns what it came
 * to, or a sentence about the first thing that was not as it should be.
 */
export async function tellStory(stage: Stage): Promise<Result<StoryEnd, Complaint>> {
  const { app, simulator, say } = stage;
  const zone = simulator.accounts[0]?.calendars[0]?.timeZone ?? 'UTC';
  const [work, home, client] = simulator.accounts.map((account) => account.email);
  if (work === undefined || home === undefined || client === undefined) return err('The world has too few accounts.');
  say(`CalSync keeps ${simulator.accounts.length} accounts honest with each other, at a simulated Google on this`);
  say(`computer. Nothing leaves it. Times are those of ${zone}.`);

  say('');
  say('1. Signing in, through the real sign-in page');
  const refused = await signIn(stage);
  if (refused !== null) return err(refused);

  say('');
  say('2. Choosing calendars');
  const unused = chooseCalendars(stage) ?? (await firstSync(stage));
  if (unused !== null) return err(unused);

  const acts: readonly (readonly [string, () => Meeting | null, (meeting: Meeting) => Promise<Complaint | null>])[] = [
    ['A meeting moves', () => ownMeeting(simulator, work, false), (meeting) => meetingMoves(stage, meeting, zone)],
    [
      'A meeting is cancelled',
      () => ownMeeting(simulator, home, false),
      (meeting) => meetingIsCancelled(stage, meeting, zone),
    ],
    [
      'One date of a series is cancelled',
      () => ownMeeting(simulator, client, true),
      (meeting) => slotIsCancelled(stage, meeting, zone),
    ],
    [
      'A person deletes a block',
      () => ownMeeting(simulator, client, false),
      (meeting) => blockIsDeleted(stage, meeting, home, zone),
    ],
  ];
  for (const [index, [title, find, play]] of acts.entries()) {
    say('');
    say(`${6 + index}. ${title}`);
    const meeting = find();
    if (meeting === null) return err(`The world has no event for “${title}”.`);
    const complaint = await play(meeting);
    if (complaint !== null) return err(complaint);
  }

  say('');
  say('In the end');
  const blocks = finalCounts(stage);
  if (!blocks.ok) return blocks;
  const last = await syncQuietly(stage);
  if (!last.ok) return last;
  const { writes, lists } = last.value;
  const runs = app.status().lastRun?.id ?? 0;
  say(`   A second run: ${counted(writes, 'write')}, ${counted(lists, 'list call')}.`);
  say(`   In ${counted(runs, 'run')} CalSync wrote to no event that it had not made itself.`);
  return ok({ blocks: blocks.value, lastRun: { writes, lists } });
}
