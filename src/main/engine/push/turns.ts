import type { CalendarId } from '../../../shared/ids.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Operation, PlainOperation, ReplaceOperation } from '../../core/model.ts';
import { isNearDate, nextDateOf } from '../../core/nearest.ts';

/** How many writes one calendar, and one meeting on it, has in a turn before the next one has its own. */
const slice = 10;

/** As many replacements may be open at once, so that few blocks are doubled whenever this process ends. */
const mostOpen = 50;

/** A write whose turn it is. */
export interface Turn {
  readonly operation: PlainOperation;
  /** The replacement that it closes, if it does: it goes only once the other end is there. */
  readonly closes: ReplaceOperation | null;
  /** Whether its meeting has begun, and has little left: it had better be done before anything else is. */
  readonly goesOn: boolean;
}

/** What is written in one go: an operation, or all those about one block where a block with its slots is one write. */
type Unit = PlainOperation | readonly PlainOperation[];

/** What one meeting gets on one target: steps that go one after the other, because a request has no order in itself. */
interface Meeting {
  readonly steps: readonly (readonly Unit[])[];
  /** What it opens. */
  readonly replacements: readonly ReplaceOperation[];
  step: number;
  /** How many of the step have had their turn. */
  taken: number;
}

/** What one calendar gets: what has begun and needs little more, what waits for others to be closed, and all the rest. */
interface Queue {
  readonly begun: Meeting[];
  readonly waiting: Meeting[];
  /** A meeting with one write is that write alone, because nearly all are so, and there may be half a million. */
  readonly rest: (Meeting | PlainOperation)[];
  /** Where each of `rest` stands in the order, ascending. */
  readonly places: number[];
  /** How many of `rest` have been taken from its head: cheaper than to move all that follow. */
  head: number;
}

/** The next request, as far as it is filled. */
interface Batch {
  readonly turns: Turn[];
  units: number;
}

/** The writes of one account, in turns. */
export interface Turns {
  /**
   * Takes what says whether a write may still go, asked when its turn comes; returns the next ones, at most a request's
   * worth, and none where all have had their turn. What it has returned before must have been carried out by then, or have failed.
   */
  next(mayGo: (turn: Turn) => boolean): readonly Turn[];
}

/** How the writes of an account are put in turns. */
export interface TurnOptions {
  readonly now: Instant;
  /** How many writes go into a request; 1 or more. */
  readonly mostInRequest: number;
  /** On which calendars a block with its slots is one write; on none unless told. */
  readonly writesResources?: (targetId: CalendarId) => boolean;
}

/**
 * Takes the operations of one account; returns their writes in turns: what comes next first, whichever calendar it is on (ADR 0054), a
 * slice of each calendar, and in it a slice of each meeting, so that none waits for the thousands of another one (ADR 0047). Of one meeting on one
 * target goes first what closes a replacement of an earlier run, then what comes, then slots (with their block where they are one
 * write) and what goes, and last what closes its replacements.
 */
export function turnsOf(operations: Iterable<Operation>, options: TurnOptions): Turns {
  const { mostInRequest, now } = options;
  const queues = queuesOf(operations, options);
  let underWay: { readonly queue: Queue; readonly meeting: Meeting }[] = [];
  let first = 0;
  let open = 0;

  /** Puts a meeting where its next turn waits. What closes, and what needs little more, goes first, so that little is half done. */
  function line(queue: Queue, meeting: Meeting): void {
    const left = (meeting.steps[meeting.step]?.length ?? 0) - meeting.taken;
    if (left <= slice || isClosing(meeting)) queue.begun.push(meeting);
    else insert(queue, meeting, placeOf(meeting, now));
  }

  function goOn(): void {
    for (const { queue, meeting } of underWay) {
      meeting.step += 1;
      meeting.taken = 0;
      if (meeting.step === meeting.steps.length) open -= meeting.replacements.length;
      else line(queue, meeting);
    }
    underWay = [];
  }

  const mayOpen = ({ replacements: { length } }: Meeting): boolean =>
    length === 0 || open === 0 || open + length <= mostOpen;

  function nextOf(queue: Queue): Meeting | undefined {
    const begun = queue.begun.shift();
    if (begun !== undefined) return begun;
    if (queue.waiting[0] !== undefined && mayOpen(queue.waiting[0])) return queue.waiting.shift();
    for (let next = queue.rest[queue.head]; next !== undefined; next = queue.rest[queue.head]) {
      queue.head += 1;
      const meeting = isMeeting(next) ? next : alone(next);
      if (isBegun(meeting) || mayOpen(meeting)) return meeting;
      queue.waiting.push(meeting);
    }
    return undefined;
  }

  /**
   * Takes a calendar, what is in the request so far, and where others go on; puts a slice of it in, as far as nothing of theirs comes
   * before. Returns whether there was anything.
   */
  function takeSlice(queue: Queue, batch: Batch, others: number, mayGo: (turn: Turn) => boolean): boolean {
    const most = Math.min(mostInRequest, batch.units + slice);
    let some = false;
    while (batch.units < most && (!some || placeOfNext(queue) <= others)) {
      const meeting = nextOf(queue);
      if (meeting === undefined) break;
      some = true;
      if (!isBegun(meeting)) open += meeting.replacements.length;
      const step = meeting.steps[meeting.step] ?? [];
      const goesOn = isBegun(meeting) && step.length - meeting.taken <= slice;
      while (meeting.taken < step.length && batch.units < most) {
        const turns = turnsIn(meeting, step[meeting.taken], goesOn).filter(mayGo);
        meeting.taken += 1;
        batch.turns.push(...turns);
        if (turns.length > 0) batch.units += 1;
      }
      if (meeting.taken === step.length) underWay.push({ queue, meeting });
      else line(queue, meeting);
    }
    return some;
  }

  /** Takes a calendar; returns where what it would give next stands in the order; Infinity where it has nothing. */
  function placeOfNext(queue: Queue): number {
    if (queue.begun.length > 0) return -1;
    if (queue.waiting[0] !== undefined && mayOpen(queue.waiting[0])) return -1;
    return queue.places[queue.head] ?? Infinity;
  }

  /** Takes calendars that may have more; returns the one whose next writes come first, each in its turn where they are as near. */
  function nearest(among: ReadonlySet<Queue>): Queue | undefined {
    let best: Queue | undefined;
    for (let at = 0; at < queues.length; at += 1) {
      const queue = queues[(first + at) % queues.length];
      if (queue === undefined || !among.has(queue)) continue;
      if (best === undefined || placeOfNext(queue) < placeOfNext(best)) best = queue;
    }
    return best;
  }

  return {
    next(mayGo) {
      const batch: Batch = { turns: [], units: 0 };
      do {
        goOn();
        const open = new Set(queues);
        while (batch.units < mostInRequest) {
          const queue = nearest(open);
          if (queue === undefined) break;
          first = (queues.indexOf(queue) + 1) % queues.length;
          const others = [...open].filter((one) => one !== queue).map(placeOfNext);
          if (!takeSlice(queue, batch, Math.min(Infinity, ...others), mayGo)) open.delete(queue);
        }
        // Where nothing of all that had its turn may go any more, what comes after it has its turn at once.
      } while (batch.units === 0 && underWay.length > 0);
      return batch.turns;
    },
  };
}

const isBegun = ({ step, taken }: Meeting): boolean => step > 0 || taken > 0;

const isClosing = ({ step, steps, replacements }: Meeting): boolean =>
  replacements.length > 0 && step === steps.length - 1;

function turnsIn(meeting: Meeting, unit: Unit = [], goesOn = false): readonly Turn[] {
  return (isOne(unit) ? [unit] : unit).map((operation) => turnOf(meeting, operation, goesOn));
}

function turnOf(meeting: Meeting, operation: PlainOperation, goesOn: boolean): Turn {
  const closes = isClosing(meeting)
    ? meeting.replacements.find(({ gone }) => gone.some((one) => one === operation))
    : null;
  return { operation, closes: closes ?? null, goesOn };
}

const isOne = (unit: Unit): unit is PlainOperation => 'kind' in unit;

const isMeeting = (one: Meeting | PlainOperation): one is Meeting => 'steps' in one;

const alone = (operation: PlainOperation): Meeting => ({ steps: [[operation]], replacements: [], step: 0, taken: 0 });

/** Puts a meeting among what waits, behind what is as near. */
function insert(queue: Queue, meeting: Meeting, place: number): void {
  let [from, to] = [queue.head, queue.places.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((queue.places[middle] ?? Infinity) <= place) from = middle + 1;
    else to = middle;
  }
  queue.rest.splice(from, 0, meeting);
  queue.places.splice(from, 0, place);
}

function queuesOf(
  operations: Iterable<Operation>,
  { now, writesResources = () => false }: TurnOptions,
): readonly Queue[] {
  const calendars = new Map<CalendarId, Map<string, Operation | Operation[]>>();
  for (const operation of operations) {
    const meetings = calendars.get(operation.targetId) ?? new Map<string, Operation | Operation[]>();
    calendars.set(operation.targetId, meetings);
    const known = meetings.get(operation.groupKey);
    if (known === undefined) meetings.set(operation.groupKey, operation);
    else if (Array.isArray(known)) known.push(operation);
    else meetings.set(operation.groupKey, [known, operation]);
  }
  return [...calendars].map(([targetId, meetings]) => {
    const whole = writesResources(targetId);
    const all = [...meetings.values()].map((one): Placed => {
      const alone = !Array.isArray(one) && one.kind !== 'replace';
      const made = alone ? one : meetingOf(Array.isArray(one) ? one : [one], whole, now);
      return { one: made, place: placeOf(made, now) };
    });
    all.sort((one, other) => one.place - other.place);
    return {
      begun: [],
      waiting: [],
      rest: all.map(({ one }) => one),
      places: all.map(({ place }) => place),
      head: 0,
    };
  });
}

const byBlock = (operations: readonly PlainOperation[]): readonly Unit[] => [
  ...Map.groupBy(operations, ({ blockId }) => blockId).values(),
];

interface Placed {
  readonly one: Meeting | PlainOperation;
  readonly place: number;
}

function meetingOf(operations: readonly Operation[], whole: boolean, now: Instant): Meeting {
  const covered: PlainOperation[] = [];
  const comes: PlainOperation[] = [];
  const slots: PlainOperation[] = [];
  const goes: PlainOperation[] = [];
  const replacements: ReplaceOperation[] = [];
  for (const operation of operations) {
    switch (operation.kind) {
      case 'replace':
        replacements.push(operation);
        comes.push(operation.makes);
        break;
      case 'create':
      case 'revive':
      case 'update':
        comes.push(operation);
        break;
      case 'put-slot':
      case 'cancel-slot':
        slots.push(operation);
        break;
      case 'delete':
        (operation.covered ? covered : goes).push(operation);
        break;
    }
  }
  const closing = replacements.flatMap((one) => one.gone);
  const steps: readonly (readonly Unit[])[] = whole
    ? [covered, byBlock([...comes, ...slots]), goes, closing]
    : [covered, comes, byDate([...slots, ...goes], now), closing];
  return { steps: steps.filter((step) => step.length > 0), replacements, step: 0, taken: 0 };
}

function byDate(operations: readonly PlainOperation[], now: Instant): readonly PlainOperation[] {
  if (operations.length < 2) return operations;
  const dates = new Map(operations.map((operation) => [operation, nextDateOf(operation, now)]));
  return operations.toSorted((one, other) => (dates.get(one) ?? 0) - (dates.get(other) ?? 0));
}

/** Farther apart than any two dates, so that a rank comes before all dates. */
const betweenRanks = 1e15;

/**
 * Takes what a calendar gets for one meeting, as far as it has not had its turn, and now; returns where that stands in the order (lower:
 * earlier): by its rank, and of one rank by its next date.
 */
function placeOf(one: Meeting | PlainOperation, now: Instant): number {
  const next = isMeeting(one) ? headOf(one) : one;
  const date = next === undefined ? Infinity : nextDateOf(next, now);
  return rankOf(one, isNearDate(date, now)) * betweenRanks + Math.min(date, betweenRanks - 1);
}

/** What a meeting writes next. */
function headOf({ steps, step, taken }: Meeting): PlainOperation | undefined {
  const unit = steps[step]?.[taken];
  return unit === undefined || isOne(unit) ? unit : unit[0];
}

/**
 * Takes the same, and whether it is near; returns which comes first (lower). Open replacements are closed first. Then comes all
 * that is near, whatever belongs to it. What is large goes behind what is not, the smaller first: a run that ends before it has
 * all done is followed by one that begins with what has changed since.
 */
function rankOf(one: Meeting | PlainOperation, isNear: boolean): number {
  const head = isMeeting(one) ? headOf(one) : one;
  if (head?.kind === 'delete' && head.covered) return 0;
  if (!isMeeting(one)) return isNear ? 1 : 2;
  const sizes = one.steps.map((step) => step.length);
  const opens = one.replacements.length > 0;
  // A replacement is not open for long, so what opens one is large by any of its steps; a series by its slots alone is not.
  const largest = opens ? Math.max(...sizes) : (sizes[one.step] ?? 0) - one.taken;
  if (largest <= slice) return isNear ? 1 : 2;
  return isNear && !opens ? 1 : 3 + sizes.reduce((sum, size) => sum + size, 0);
}
