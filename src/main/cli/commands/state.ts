import { number } from '../../../shared/counts.ts';
import type { DoctorReport, RunView } from '../../../shared/dto.ts';
import { healthOf } from '../../../shared/health.ts';
import { listedMatters } from '../../../shared/health-words.ts';
import { furtherErrors, runText, triggerText } from '../../../shared/runs.ts';
import type { Instant } from '../../../shared/time.ts';
import { failed, type Command, type CommandContext } from '../command.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { explain, failure } from '../failure.ts';
import type { Paint } from '../terminal.ts';
import { clean, counted, displayWidth, padEnd, table } from '../text.ts';
import { eventTimeText, momentText } from '../times.ts';
import { healthLines, lastSyncText, matterLines, pauseText, useText } from '../words.ts';

/** Returns the command that says that the person knows what stays out of sync for good, and what that is. */
export function sayKnown(): Command {
  return ({ app, io, paint }) => {
    const now = io.now();
    const staying = healthOf(app.status(), now).matters.filter((one) => one.kind === 'trouble' && one.need === 'known');
    const unknown = staying.flatMap((one) => (one.kind === 'trouble' && !one.known ? one.parts : []));
    const status = unknown.length === 0 ? app.status() : app.acknowledge(unknown);
    const health = healthOf(status, now);
    const lines = staying.flatMap((matter, index) => [
      ...(index === 0 ? [] : ['']),
      paint('yellow', matterLines(matter, now).sentence),
    ]);
    return {
      lines:
        lines.length === 0
          ? ['Nothing stays out of sync for good.']
          : [...lines, '', 'Noted. It is told again when it changes.'],
      json: { health, status },
    };
  };
}

/** Returns the command that says how things stand, without asking Google. */
export function showStatus(): Command {
  return ({ app, io, paint }) => {
    const status = app.status();
    const now = io.now();
    const health = healthOf(status, now);
    const [heading = '', ...meaning] = healthLines(health, now);
    const lines = [paint('bold', heading), ...meaning];
    const last = lastSyncText(status, now);
    if (last !== null) lines.push(last);
    const matters = listedMatters(health).map((matter) => matterLines(matter, now));
    for (const { sentence, action } of matters) lines.push('', paint('yellow', sentence), action);
    for (const account of status.accounts) {
      const own = status.calendars.filter((each) => each.accountId === account.id);
      const used = own.filter((each) => each.source || each.target);
      lines.push('', paint('bold', clean(account.email)));
      const rows = used.map((each) => [useText(each), clean(each.name), counted(each.blocks, 'block')]);
      const columns = io.stdout.columns === null ? null : io.stdout.columns - 2;
      const [, ...body] = table(
        [{ title: '' }, { title: '', kind: 'long' }, { title: '', kind: 'number' }],
        rows,
        columns,
      );
      lines.push(...body.map((line) => `  ${line}`));
      const unused = own.length - used.length;
      if (unused > 0) lines.push(paint('dim', `  ${counted(unused, 'calendar')} not in use`));
    }
    const exit = exitCodeOf(health);
    if (exit === exitCodes.fine) return { lines, json: { health, status } };
    const [first = { sentence: heading, action: meaning.join(' ') }] = matters;
    return { lines, json: { health, status }, found: { code: health.state, ...first, detail: null }, exit };
  };
}

/**
 * Takes syncs, now, and which of them are said to be fit to be undone (none where that goes without saying); returns them in
 * lines: number, when, what they did, and why they failed.
 */
export function runLines(
  runs: readonly RunView[],
  {
    now,
    paint,
    undoable = [],
  }: Pick<CommandContext, 'paint'> & { readonly now: Instant; readonly undoable?: readonly number[] },
): string[] {
  const times = runs.map((run) => momentText(run.startedAt, now));
  const width = Math.max(0, ...times.map((time) => time.length));
  const numbers = Math.max(0, ...runs.map(({ id }) => String(id).length));
  return runs.flatMap((run, index) => {
    const text = runText(run, number);
    const time = (times[index] ?? '').padEnd(width);
    const fit = undoable.includes(run.id) ? '; can be undone' : '';
    return [
      `${String(run.id).padStart(numbers)}  ${time}  ${run.outcome === 'ok' ? text : paint('yellow', text)} (${triggerText(run.trigger)}${fit})`,
      ...furtherErrors(run).map((error) => `${' '.repeat(numbers + width + 4)}${explain(failure(error)).sentence}`),
    ];
  });
}

/** Returns the command that lists the last syncs, newest first: when, what they did, why they failed, which can be undone. */
export function listRuns(): Command {
  return ({ app, io, paint }) => {
    const runs = app.runs();
    const { undoable } = app.status();
    const lines = runLines(runs, { now: io.now(), paint, undoable });
    return { lines: lines.length === 0 ? ['There was no sync yet.'] : lines, json: { runs, undoable } };
  };
}

const marks: { readonly [State in DoctorReport['checks'][number]['state']]: readonly [string, Paint] } = {
  ok: ['✓ fine', 'green'],
  attention: ['! look', 'yellow'],
  failed: ['✗ not working', 'red'],
};

/** Returns the command that checks what CalSync needs, one line each, with what to do. */
export function doctor(): Command {
  return async ({ app, paint }) => {
    const report = await app.doctor('command-line');
    const markWidth = Math.max(0, ...report.checks.map((check) => displayWidth(marks[check.state][0])));
    const nameWidth = Math.max(0, ...report.checks.map((check) => displayWidth(clean(check.name))));
    const lines = report.checks.flatMap((check) => {
      const [mark, colour] = marks[check.state];
      const action = check.action === null ? [] : [`${' '.repeat(markWidth + 2)}${clean(check.action)}`];
      return [
        `${paint(colour, padEnd(mark, markWidth))}  ${padEnd(clean(check.name), nameWidth)}  ${clean(check.finding)}`,
        ...action,
      ];
    });
    const first = report.checks.find((check) => check.state === 'failed');
    const outcome = { lines, json: { report } };
    if (!first) return outcome;
    const sentence = `${clean(first.name)}: ${clean(first.finding)}`;
    return { ...outcome, found: { code: 'check-failed', sentence, action: clean(first.action ?? ''), detail: null } };
  };
}

/** Takes until when; returns the command that pauses syncing. */
export function pause(until: 'forever' | 'hour' | 'tomorrow'): Command {
  return ({ app, io }) => {
    const { pausedUntil } = app.pause(until);
    return { lines: [pauseText(pausedUntil ?? 'forever', io.now())], json: { pausedUntil } };
  };
}

/** Returns the command that ends a pause. */
export function resume(): Command {
  return ({ app }) => {
    const { pausedUntil } = app.resume();
    return { lines: ['Syncing goes on.'], json: { pausedUntil } };
  };
}

/** Returns the command that lists the blocks that are kept away because the person deleted them. */
export function listMutes(): Command {
  return ({ app, io }) => {
    const mutes = app.mutes();
    const rows = mutes.map((mute) => [
      clean(mute.key),
      mute.start === null ? '' : eventTimeText(mute.start),
      clean(mute.targetName),
      momentText(mute.since, io.now()),
    ]);
    const lines =
      rows.length === 0
        ? ['No block is kept away.']
        : table(
            [{ title: 'KEY' }, { title: 'EVENT STARTS' }, { title: 'CALENDAR', kind: 'long' }, { title: 'SINCE' }],
            rows,
            io.stdout.columns,
          );
    return { lines, json: { mutes } };
  };
}

/** Takes the key of a mute; returns the command that lets its block come back. */
export function liftMute(key: string): Command {
  return ({ app }) => {
    const lifted = app.liftMute(key);
    if (!lifted.ok) return failed(lifted.error);
    return { lines: ['The block comes back with the next `sync`.'], json: { mutes: lifted.value } };
  };
}
