import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { PlanDetails } from '../plan-details.tsx';
import { Between, Left, planSentence, writesSomething } from '../preview-dialog.tsx';
import { ProgressBar } from '../progress-bar.tsx';
import { Attention, Quiet, Weighty } from '../text.tsx';
import { ButtonRow } from './button-row.tsx';
import type { PageProps } from './page-props.ts';
import { Row, RowActions, RowWords } from './row.tsx';
import { AskFailed, Empty, Section } from './section.tsx';
import { Begin } from './sign-in-button.tsx';

const said = words.preview;

/** What the next sync would write, and why; it is started from here, and by nothing else while it was never started. */
export function PreviewPage(props: PageProps): ReactElement {
  if (props.status.accounts.length > 0) return <NextSync {...props} />;
  return (
    <Empty sentence={words.settings.noAccount} meaning={words.settings.noAccountMeaning}>
      <Begin />
    </Empty>
  );
}

function NextSync(props: PageProps): ReactElement {
  const { bridge, status, now, viewer, tell, decide } = props;
  const plan = useAsked(useCallback(() => bridge.call('plan.preview'), [bridge]));
  const [syncing, setSyncing] = useState(false);
  const preview = plan.answer?.ok === true ? plan.answer.value : null;
  const { progress } = status;
  const sync = async (): Promise<void> => {
    setSyncing(true);
    // Whoever starts syncing wants it to go on; a sync that was asked for once leaves a pause as it is.
    const resumed = status.started || status.pausedUntil === null ? null : await bridge.call('sync.resume');
    tell(resumed?.ok === false ? resumed : await bridge.call('sync.start'));
    setSyncing(false);
    plan.again();
  };
  const looking = plan.answer === null;
  return (
    <>
      {status.started ? null : <Attention>{said.notStarted}</Attention>}
      <Weighty role="status">
        {syncing ? said.syncing : looking ? words.previewWorking : preview === null ? '' : planSentence(preview)}
      </Weighty>
      {syncing && progress !== null && progress.total > 0 ? (
        <ProgressBar label={words.syncProgress} progress={progress} />
      ) : null}
      <Between status={status} />
      {plan.answer?.ok === false ? <AskFailed error={plan.answer.error} onAgain={plan.again} /> : null}
      {preview === null || syncing ? null : (
        <>
          {preview.holds.length === 0 ? null : (
            <Section title={words.previewHeld}>
              <ul>
                {preview.holds.map((hold) => {
                  const known = status.holds.find((each) => each.key === hold.key);
                  return (
                    <Row key={hold.key}>
                      <RowWords>
                        <p>
                          <bdi>{words.hold(hold).sentence}</bdi>
                        </p>
                        <Quiet>{words.hold(hold).meaning}</Quiet>
                      </RowWords>
                      {known === undefined ? null : (
                        <RowActions>
                          <Button onClick={() => decide(known)}>{words.holdDecide}</Button>
                        </RowActions>
                      )}
                    </Row>
                  );
                })}
              </ul>
            </Section>
          )}
          <PlanDetails preview={preview} status={status} now={now} viewer={viewer} heading="h2" />
          <Left preview={preview} heading="h2" />
        </>
      )}
      {plan.answer?.ok === false ? null : (
        <ButtonRow>
          <Button disabled={looking || syncing} onClick={plan.again}>
            {said.again}
          </Button>
          <Button
            look="main"
            disabled={looking || syncing || (status.started && preview !== null && !writesSomething(preview))}
            onClick={() => void sync()}
          >
            {status.started ? ((preview === null ? null : words.deed(preview)) ?? words.syncNow) : said.start}
          </Button>
        </ButtonRow>
      )}
    </>
  );
}
