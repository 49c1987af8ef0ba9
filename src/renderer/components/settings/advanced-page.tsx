import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { DoctorReport } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { DesktopBridge, DesktopOutput } from '../../../shared/ipc.ts';
import type { Result } from '../../../shared/result.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import type { PageProps } from './page-props.ts';
import { AskFailed, Section } from './section.tsx';

const said = words.settings.advanced;
const checkIcons = { ok: CircleCheck, attention: TriangleAlert, failed: CircleX };

/** What waits, what would happen, what stays away; checking, removing everything, logs and versions. */
export function AdvancedPage(props: PageProps): ReactElement {
  const { status } = props;
  return (
    <>
      <Section title={said.held} meaning={status.holds.length === 0 ? said.heldNone : undefined}>
        {status.holds.length === 0 ? null : (
          <ul className="plain-list rows">
            {status.holds.map((hold) => (
              <li key={hold.key} className="row" data-item={hold.key}>
                <div className="row-words">
                  <p>
                    <bdi>{words.holdSentence(hold)}</bdi>
                  </p>
                  <p className="quiet">{words.holdMeaning[hold.kind]}</p>
                </div>
                <div className="row-actions">
                  <button type="button" className="button button-main" onClick={() => props.decide(hold)}>
                    {words.holdDecide}
                  </button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section
        title={said.mutes}
        meaning={said.mutesMeaning}
        side={
          <button type="button" className="button" onClick={props.showMutes}>
            {said.mutesButton}
          </button>
        }
      />
      <Doctor {...props} />
      <Section
        title={said.reset}
        meaning={said.resetMeaning}
        side={
          <button
            type="button"
            className="button button-danger"
            onClick={() => props.askRemoval({ kind: 'all-blocks' })}
          >
            {said.resetButton}
          </button>
        }
      />
      <Help {...props} />
      <About {...props} />
    </>
  );
}

function Doctor({ bridge }: PageProps): ReactElement {
  const [working, setWorking] = useState(false);
  const [answer, setAnswer] = useState<Result<DoctorReport, AppError> | null>(null);
  const check = async (): Promise<void> => {
    setWorking(true);
    setAnswer(await bridge.call('doctor.run'));
    setWorking(false);
  };
  const report = answer?.ok === true && !working ? answer.value : null;
  const troubles = report?.checks.filter((each) => each.state !== 'ok').length ?? 0;
  return (
    <Section
      title={said.doctor}
      meaning={said.doctorMeaning}
      side={
        <button type="button" className="button" aria-disabled={working} onClick={() => void (working || check())}>
          {said.doctorButton}
        </button>
      }
    >
      <p role="status" className="said">
        {working ? said.doctorWorking : report === null ? '' : said.doctorDone(troubles)}
      </p>
      {answer?.ok === false && !working ? <AskFailed error={answer.error} onAgain={() => void check()} /> : null}
      {report === null ? null : (
        <ul className="plain-list rows">
          {report.checks.map((each, index) => {
            const Icon = checkIcons[each.state];
            return (
              <li key={`${each.name} ${index}`} className="check" data-state={each.state}>
                <Icon size={16} aria-label={said.doctorState[each.state]} role="img" />
                <div>
                  <p>
                    <bdi className="weighty">{each.name}</bdi> <bdi>{each.finding}</bdi>
                  </p>
                  {each.action === null ? null : <p className="quiet">{each.action}</p>}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

function Help({ bridge, tell }: PageProps): ReactElement {
  const { desktop } = bridge;
  const [copied, setCopied] = useState<{ readonly ok: boolean; readonly text: string } | null>(null);
  const copy = async (): Promise<void> => {
    const diagnostics = await bridge.call('diagnostics.text');
    tell(diagnostics);
    if (!diagnostics.ok) return;
    const text = diagnostics.value;
    const done = desktop
      ? (await desktop.desktop('app.copy', { text })).ok
      : await navigator.clipboard.writeText(text).then(
          () => true,
          () => false,
        );
    setCopied({ ok: done, text });
  };
  return (
    <Section title={said.help} meaning={said.helpMeaning}>
      <div className="button-row">
        {desktop === null ? null : (
          <button type="button" className="button" onClick={() => void desktop.desktop('app.openLogs').then(tell)}>
            {said.logsButton}
          </button>
        )}
        <button type="button" className="button" onClick={() => void copy()}>
          {said.copyButton}
        </button>
      </div>
      <p role="status" className="said">
        {copied === null ? '' : copied.ok ? said.copied : said.copyFailed}
      </p>
      {copied?.ok === false ? (
        <textarea className="text" readOnly rows={8} aria-label={said.copyButton} value={copied.text} />
      ) : null}
    </Section>
  );
}

function About({ bridge, status }: PageProps): ReactElement {
  return (
    <Section title={said.about}>
      <p className="figures">
        {words.product}. {words.version(status.version)}
      </p>
      {bridge.desktop === null ? null : <Versions desktop={bridge.desktop} />}
      <ul className="bullets quiet">
        {[...words.aboutPromises, words.aboutPlace].map((promise) => (
          <li key={promise}>{promise}</li>
        ))}
      </ul>
    </Section>
  );
}

function Versions({ desktop }: { readonly desktop: DesktopBridge }): ReactElement | null {
  const info = useAsked<DesktopOutput<'app.info'>>(useCallback(() => desktop.desktop('app.info'), [desktop]));
  return info.answer?.ok === true ? <p className="quiet figures">{said.versions(info.answer.value)}</p> : null;
}
