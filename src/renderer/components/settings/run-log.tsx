import type { ReactElement } from 'react';
import { useCallback, useId, useState } from 'react';
import type { RunView } from '../../../shared/dto.ts';
import { ok } from '../../../shared/result.ts';
import { changesText, furtherErrors, outcomeText, runText, triggerText } from '../../../shared/runs.ts';
import { formatMoment } from '../../format.ts';
import { useAsked } from '../../hooks.ts';
import { matterFor, words } from '../../words.ts';
import { number } from '../../words/counts.ts';
import { Button } from '../button.tsx';
import { Attention, Quiet } from '../text.tsx';
import { UndoButton } from '../undo-button.tsx';
import { CheckLine } from './check-line.tsx';
import { LineTime } from './line-time.tsx';
import type { PageProps } from './page-props.ts';
import { AskFailed, Loading, Section } from './section.tsx';

const said = words.settings.activity;

/** How a sync went, as a shape. */
const looks = { good: 'ok', attention: 'attention', bad: 'failed' } as const;

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
        <Attention key={`${error.code} ${index}`}>
          <bdi>{matterFor(error).sentence}</bdi> {matterFor(error).action}
        </Attention>
      ))}
      <Quiet>{said.cost(run)}</Quiet>
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
        <Button aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {open ? said.earlierHide : said.earlierShow}
        </Button>
      }
    >
      <ul id={id} hidden={!open}>
        {runs.map((run) => {
          const look = lookOf(run);
          return (
            <CheckLine key={run.id} state={looks[look]} name={said.runState[look]}>
              <LineTime text={formatMoment(run.startedAt, now, viewer)} />
              <div>
                <p>
                  {runText(run, number)} <Quiet as="span">{triggerText(run.trigger)}</Quiet>
                </p>
                {furtherErrors(run).map((error, index) => (
                  <Attention key={`${error.code} ${index}`}>
                    <bdi>{matterFor(error).sentence}</bdi>
                  </Attention>
                ))}
              </div>
              <UndoButton {...props} run={run.id} at={run.startedAt} />
            </CheckLine>
          );
        })}
      </ul>
    </Section>
  );
}
