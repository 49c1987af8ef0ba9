import type { DoctorReport } from '../../../shared/dto.ts';
import type { Command } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import type { Paint } from '../terminal.ts';
import { clean, displayWidth, padEnd } from '../text.ts';

const marks: { readonly [State in DoctorReport['checks'][number]['state']]: readonly [string, Paint] } = {
  ok: ['✓ fine', 'green'],
  attention: ['! look', 'yellow'],
  failed: ['✗ not working', 'red'],
};

/** Returns the command that checks what CalSync needs, one line each, with what to do. */
function doctor(): Command {
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

/** `doctor`. */
export const doctorEntry: CommandEntry = {
  name: 'doctor',
  description: 'check what CalSync needs',
  define: (word, choose) => word.action(() => choose(doctor())),
};
