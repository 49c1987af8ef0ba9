import { listedMatters } from '../../../shared/health-words.ts';
import { healthOf } from '../../../shared/health.ts';
import { counted } from '../../../shared/phrases.ts';
import type { Command } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { clean, table } from '../text.ts';
import { healthLines, lastSyncText, matterLines, useText } from '../words.ts';

/** Returns the command that says how things stand, without asking Google. */
function showStatus(): Command {
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

/** `status`. */
export const statusEntry: CommandEntry = {
  name: 'status',
  description: 'say how things stand',
  define: (word, choose) => word.action(() => choose(showStatus())),
};
