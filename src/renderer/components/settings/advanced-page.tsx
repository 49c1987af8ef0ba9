import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { DoctorReport } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { DesktopBridge, DesktopOutput } from '../../../shared/ipc.ts';
import type { Result } from '../../../shared/result.ts';
import { formatMoment } from '../../format.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Bullets } from '../bullets.tsx';
import { Button } from '../button.tsx';
import { StatusLine } from '../status-line.tsx';
import { Quiet, Weighty } from '../text.tsx';
import styles from './advanced-page.module.css';
import { ButtonRow } from './button-row.tsx';
import { CheckLine } from './check-line.tsx';
import type { PageProps } from './page-props.ts';
import { Row, RowActions, RowWords } from './row.tsx';
import { AskFailed, Section } from './section.tsx';

const said = words.settings.advanced;

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
          <ul>
            {copies.map(({ name, why, since, bytes }) => (
              <li key={name}>
                {said.copyName(why, formatMoment(since, now, viewer))} <Quiet as="span">{said.copySize(bytes)}</Quiet>
              </li>
            ))}
          </ul>
          <ButtonRow>
            {asking ? (
              <>
                <Quiet as="span">{said.copiesAsk}</Quiet>
                <Button onClick={() => setAsking(false)}>{words.cancel}</Button>
              </>
            ) : null}
            <Button
              look="danger"
              onClick={() => {
                if (asking) void remove();
                setAsking(!asking);
              }}
            >
              {asking ? said.copiesRemove(copies.length) : said.copiesBegin(copies.length)}
            </Button>
          </ButtonRow>
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
          <ul>
            {status.holds.map((hold) => (
              <Row key={hold.key} data-item={hold.key}>
                <RowWords>
                  <p>
                    <bdi>{words.hold(hold).sentence}</bdi>
                  </p>
                  <Quiet>{words.hold(hold).meaning}</Quiet>
                </RowWords>
                <RowActions>
                  <Button look="main" onClick={() => props.decide(hold)}>
                    {words.holdDecide}
                  </Button>
                </RowActions>
              </Row>
            ))}
          </ul>
        )}
      </Section>
      <Section
        title={said.mutes}
        meaning={said.mutesMeaning}
        side={<Button onClick={props.showMutes}>{said.mutesButton}</Button>}
      />
      <Doctor {...props} />
      <Section
        title={said.reset}
        meaning={said.resetMeaning}
        side={
          <Button look="danger" onClick={() => props.askRemoval({ kind: 'all-blocks' })}>
            {said.resetButton}
          </Button>
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
        <Button aria-disabled={working} onClick={() => void (working || check())}>
          {said.doctorButton}
        </Button>
      }
    >
      <StatusLine text={working ? said.doctorWorking : report === null ? '' : said.doctorDone(troubles)} />
      {answer?.ok === false && !working ? <AskFailed error={answer.error} onAgain={() => void check()} /> : null}
      {report === null ? null : (
        <ul>
          {report.checks.map((each, index) => (
            <CheckLine key={`${each.name} ${index}`} state={each.state} name={said.doctorState[each.state]}>
              <div>
                <p>
                  <Weighty as="bdi">{each.name}</Weighty> <bdi>{each.finding}</bdi>
                </p>
                {each.action === null ? null : <Quiet>{each.action}</Quiet>}
              </div>
            </CheckLine>
          ))}
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
      <ButtonRow>
        <Button aria-disabled={saving} onClick={() => void (saving || save())}>
          {said.reportButton}
        </Button>
        {desktop === null ? null : (
          <Button onClick={() => void desktop.desktop('app.openLogs').then(tell)}>{said.logsButton}</Button>
        )}
      </ButtonRow>
      <div className={styles.saved}>
        <StatusLine text={saving ? said.reportSaving : saved === null ? '' : savedText(saved)} />
        {desktop !== null && saved?.kind === 'file' ? (
          <Button onClick={() => void desktop.desktop('app.showReport').then(tell)}>{said.reportShow}</Button>
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
      <p>
        {words.product}. {words.version(status.version)}
      </p>
      {bridge.desktop === null ? null : <Versions desktop={bridge.desktop} />}
      <Bullets quiet points={[...words.aboutPromises, words.aboutPlace]} />
    </Section>
  );
}

function Versions({ desktop }: { readonly desktop: DesktopBridge }): ReactElement | null {
  const info = useAsked<DesktopOutput<'app.info'>>(useCallback(() => desktop.desktop('app.info'), [desktop]));
  return info.answer?.ok === true ? <Quiet>{said.versions(info.answer.value)}</Quiet> : null;
}
