import { healthOf } from '../../../shared/health.ts';
import type { Command } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { matterLines } from '../words.ts';

/** Returns the command that says that the person knows what stays out of sync for good, and what that is. */
function sayKnown(): Command {
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

/** `known`. */
export const knownEntry: CommandEntry = {
  name: 'known',
  description: 'say that you know what stays out of sync for good; it is told again when it changes',
  define: (word, choose) => word.action(() => choose(sayKnown())),
};
