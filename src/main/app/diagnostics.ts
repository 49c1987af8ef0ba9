import { moment } from '../engine/status.ts';
import { redact } from '../platform/index.ts';
import type { Parts } from './parts.ts';

/** Takes the parts; returns a text for a problem report. It names counts, codes and moments, and nothing of a person. */
export function diagnosticsOf(parts: Parts): string {
  const { store } = parts;
  const calendars = store.calendars();
  const blocks = [...store.liveBlocksByTarget().values()].reduce((sum, count) => sum + count, 0);
  const lines = [
    `CalSync ${parts.version}${parts.demo ? ' (demo)' : ''}`,
    `Node ${process.version}, ${process.platform} ${process.arch}, zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
    `Sign-ins kept in: ${parts.vault.kind}`,
    `Accounts: ${store.accounts().length} (${store
      .accounts()
      .map((account) => account.state)
      .join(', ')})`,
    `Calendars: ${calendars.length}, sources ${calendars.filter((one) => one.source).length}, targets ${calendars.filter((one) => one.target).length}`,
    `Troubles: ${calendars.flatMap((one) => one.trouble?.code ?? []).join(', ') || 'none'}`,
    `Blocks: ${blocks}, mutes ${store.mutes().length}, held ${
      store
        .holds()
        .map((hold) => `${hold.kind} ${hold.count}`)
        .join(', ') || 'nothing'
    }`,
    `Waiting groups: ${store.dirtyGroups().size}`,
    'Last runs:',
    ...store.lastRuns(10).map((run) => {
      const requests = Object.entries(run.requests).map(([kind, count]) => `${kind} ${count}`);
      const errors = run.errors.map((error) => `${error.code}${error.detail === null ? '' : ` (${error.detail})`}`);
      return `  ${moment(run.startedAt)} ${run.trigger} ${run.outcome}: +${run.added} ~${run.changed} -${run.removed}, held ${run.held}, ${requests.join(', ')}; ${errors.join(', ') || 'no error'}`;
    }),
  ];
  return redact(lines.join('\n'));
}
