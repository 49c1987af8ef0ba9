import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { DoctorReport } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { DesktopBridge, DesktopOutput } from '../../../shared/ipc.ts';
import type { Result } from '../../../shared/result.ts';
import { formatMoment } from '../../format.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import type { PageProps } from './page-props.ts';
import { AskFailed, Section } from './section.tsx';

const said = words.settings.advanced;
const checkIcons = { ok: CircleCheck, attention: TriangleAlert, failed: CircleX };

/** Databases that were put aside: what they are, and the button that removes them. */
function Copies({ bridge, now, viewer, tell }: PageProps): ReactElement {
  const asked = useAsked(useCallback(() => bridge.call('copy.list'), [bridge]));
  const copies = asked.answer?.ok === true ? asked.answer.value : [];
  const [asking, setAsking] = useState(false);
  const remove = async (): Promise<void> => {
    const left = await bridge.call('copy.remove', { confirmed: true });
    tell(left);
    if (left.ok) asked.put(left.value);
  };
  return (
    <Section
      title={said.copies}
      meaning={asked.answer?.ok === true && copies.length === 0 ? said.copiesNone : said.copiesMeaning}
    >
      {asked.answer?.ok === false ? <AskFailed error={asked.answer.error} onAgain={asked.again} /> : null}
      {copies.length === 0 ? null : (
        <>
          <ul className="plain-list">
            {copies.map(({ name, why, since, bytes }) => (
              <li key={name}>
                {said.copyName(why, formatMoment(since, now, viewer))}{' '}
                <span className="quiet figures">{said.copySize(bytes)}</span>
              </li>
            ))}
          </ul>
          <div className="page-actions">
            {asking ? (
              <>
                <span className="quiet">{said.copiesAsk}</span>
                <button type="button" className="button" onClick={() => setAsking(false)}>
                  {words.cancel}
                </button>
              </>
            ) : null}
            <button
              type="button"
              className="button button-danger"
              onClick={() => {
                if (asking) void remove();
                setAsking(!asking);
              }}
            >
              {asking ? said.copiesRemove(copies.length) : said.copiesBegin(copies.length)}
            </button>
          </div>
        </>
      )}
    </Section>
  );
}

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
                    <bdi>{words.hold(hold).sentence}</bdi>
                  </p>
                  <p className="quiet">{words.hold(hold).meaning}</p>
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
      <Copies {...props} />
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

/** What a browser names the report; it adds a number by itself where there is one. */
const downloadName = 'calsync-support.txt';

/** Where a report went: a file that the person chose, or the browser's own folder. */
type SavedReport =
  { readonly kind: 'file'; readonly place: string } | { readonly kind: 'download'; readonly name: string };

/** The log, and the report for whoever helps. It stands without a status, too: when nothing works it matters most. */
export function Help({ bridge, tell }: Pick<PageProps, 'bridge' | 'tell'>): ReactElement {
  const { desktop } = bridge;
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState<SavedReport | null>(null);
  const saveFile = async (shell: DesktopBridge): Promise<SavedReport | null> => {
    const answer = await shell.desktop('app.saveReport');
    tell(answer);
    return answer.ok && answer.value.place !== null ? { kind: 'file', place: answer.value.place } : null;
  };
  const download = async (): Promise<SavedReport | null> => {
    const answer = await bridge.call('support.report');
    tell(answer);
    if (!answer.ok) return null;
    offerDownload(downloadName, answer.value);
    return { kind: 'download', name: downloadName };
  };
  const save = async (): Promise<void> => {
    setSaving(true);
    setSaved(null);
    setSaved(await (desktop === null ? download() : saveFile(desktop)));
    setSaving(false);
  };
  return (
    <Section title={said.help} meaning={said.helpMeaning}>
      <div className="button-row">
        <button type="button" className="button" aria-disabled={saving} onClick={() => void (saving || save())}>
          {said.reportButton}
        </button>
        {desktop === null ? null : (
          <button type="button" className="button" onClick={() => void desktop.desktop('app.openLogs').then(tell)}>
            {said.logsButton}
          </button>
        )}
      </div>
      <div className="saved-report">
        <p role="status" className="said">
          {saving ? said.reportSaving : saved === null ? '' : savedText(saved)}
        </p>
        {desktop !== null && saved?.kind === 'file' ? (
          <button type="button" className="button" onClick={() => void desktop.desktop('app.showReport').then(tell)}>
            {said.reportShow}
          </button>
        ) : null}
      </div>
    </Section>
  );
}

function savedText(saved: SavedReport): string {
  return saved.kind === 'file' ? said.reportSaved(saved.place) : said.reportDownloaded(saved.name);
}

/** Takes a name and a text; has the browser save the text as a file of that name. */
function offerDownload(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
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
