import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useId, useState } from 'react';
import type { RunView } from '../../../shared/dto.ts';
import { ok } from '../../../shared/result.ts';
import { changesText, furtherErrors, outcomeText, runText, triggerText } from '../../../shared/runs.ts';
import { formatMoment } from '../../format.ts';
import { useAsked } from '../../hooks.ts';
import { matterFor, words } from '../../words.ts';
import { number } from '../../words/counts.ts';
import { UndoButton } from '../undo-button.tsx';
import type { PageProps } from './page-props.ts';
import { AskFailed, Loading, Section } from './section.tsx';

const said = words.settings.activity;

/** How a sync went, as a shape: `check` in the style sheet colours it. */
const looks = {
  good: { state: 'ok', Icon: CircleCheck },
  attention: { state: 'attention', Icon: TriangleAlert },
  bad: { state: 'failed', Icon: CircleX },
} as const;

function lookOf(run: RunView): keyof typeof looks {
  if (run.outcome === 'ok') return 'good';
  return run.outcome === 'failed' ? 'bad' : 'attention';
}

/** How the last sync went, in full, and the ones before it, on demand. */
export function RunLog(props: PageProps): ReactElement {
  const { lastRun } = props.status;
  return lastRun === null ? (
    <Section title={said.lastRun} meaning={said.noRun} />
  ) : (
    <>
      <LastRun run={lastRun} {...props} />
      <EarlierRuns last={lastRun} {...props} />
    </>
  );
}

function LastRun(props: PageProps & { readonly run: RunView }): ReactElement {
  const { run, now } = props;
  return (
    <Section
      title={said.lastRun}
      meaning={`${words.ago(Date.parse(run.startedAt), now)}, ${triggerText(run.trigger)}`}
      side={<UndoButton {...props} run={run.id} at={run.startedAt} />}
    >
      <p>
        {outcomeText(run.outcome)} {changesText(run, number)}
      </p>
      {run.errors.map((error, index) => (
        <p key={`${error.code} ${index}`} className="note-attention">
          <bdi>{matterFor(error).sentence}</bdi> {matterFor(error).action}
        </p>
      ))}
      <p className="quiet figures">{said.cost(run)}</p>
    </Section>
  );
}

function EarlierRuns(props: PageProps & { readonly last: RunView }): ReactElement | null {
  const { bridge, last, now, viewer } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  // Asked anew after each sync, because a snapshot holds only the last one.
  const question = useCallback(async () => {
    const answer = await bridge.call('run.list');
    return answer.ok ? ok(answer.value.filter((run) => run.id < last.id)) : answer;
  }, [bridge, last.id]);
  const asked = useAsked<readonly RunView[]>(question);
  if (asked.answer === null) {
    return (
      <Section title={said.earlier}>
        <Loading />
      </Section>
    );
  }
  if (!asked.answer.ok) {
    return (
      <Section title={said.earlier}>
        <AskFailed error={asked.answer.error} onAgain={asked.again} />
      </Section>
    );
  }
  const runs = asked.answer.value;
  if (runs.length === 0) return null;
  return (
    <Section
      title={said.earlier}
      meaning={said.earlierSummary(runs.length, runs.filter((run) => run.outcome === 'ok').length)}
      side={
        <button type="button" className="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {open ? said.earlierHide : said.earlierShow}
        </button>
      }
    >
      <ul id={id} className="plain-list rows" hidden={!open}>
        {runs.map((run) => {
          const look = lookOf(run);
          const { Icon, state } = looks[look];
          return (
            <li key={run.id} className="check" data-state={state}>
              <Icon size={16} aria-label={said.runState[look]} role="img" />
              <span className="activity-time quiet figures">{formatMoment(run.startedAt, now, viewer)}</span>
              <div>
                <p>
                  {runText(run, number)} <span className="quiet">{triggerText(run.trigger)}</span>
                </p>
                {furtherErrors(run).map((error, index) => (
                  <p key={`${error.code} ${index}`} className="note-attention">
                    <bdi>{matterFor(error).sentence}</bdi>
                  </p>
                ))}
              </div>
              <UndoButton {...props} run={run.id} at={run.startedAt} />
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
