import { beginning, Book, type WorldSpec } from './book.ts';
import { Expander } from './expander.ts';
import { difference, expected, OracleError, shownOn, type OracleMesh, type Window } from './oracle.ts';
import { Shelf } from './shelf.ts';

const dayMilliseconds = 86_400_000;

/** The year that is compared. Two days are left out, because what has passed is left as it is (design.md, "Past events"). */
export const year: Window = { from: beginning + 2 * dayMilliseconds, to: beginning + 367 * dayMilliseconds };

/** Takes a book; returns it as the oracle sees it. */
export function meshOf(book: Book): OracleMesh {
  return {
    calendars: book.calendars.map((one) => ({
      id: one.id,
      timeZone: one.zone,
      source: one.source,
      target: one.target,
      busy: one.busy,
      events: [...one.rows.values()].map(({ event }) => event),
    })),
    blockPolicy: (source, target) => book.blockPolicy(source, target),
  };
}

/**
 * Takes a world; lets the planner sync it after each round, and compares every target, minute by minute of a year, with
 * what the oracle says; then nothing may be left to do. Throws {@link OracleError} where that is not so.
 */
export function checkPlanner(spec: WorldSpec, expander: Expander = new Expander()): void {
  const book = new Book(spec, expander);
  const shelf = new Shelf(book, expander, spec.habits);
  // Leftovers of a shortened series that a calendar keeps take a second look to be seen.
  const most = spec.habits.leftovers === 'kept' ? 2 : 1;
  for (const [round, edits] of spec.rounds.entries()) {
    for (const edit of edits) book.edit(edit);
    for (let syncs = 0; ; syncs += 1) {
      const plan = shelf.plan();
      if (plan.mutes.length + plan.holds.length > 0) {
        throw new OracleError(round, `nobody deleted a block, but: ${JSON.stringify([plan.mutes, plan.holds])}`);
      }
      if (syncs === most && plan.operations.length > 0) {
        throw new OracleError(round, `not at rest: ${JSON.stringify(plan.operations)}`);
      }
      shelf.apply(plan);
      if (plan.operations.length === 0) break;
    }
    for (const [id, picture] of expected(meshOf(book), year, expander)) {
      const calendar = book.calendars.find((one) => one.id === id);
      const shown = shownOn(shelf.eventsOn(id), { id, timeZone: calendar?.zone ?? 'UTC' }, year, expander);
      const wrong = difference(picture, shown);
      if (wrong !== null) throw new OracleError(round, `${id}\n${wrong}`);
    }
  }
}
