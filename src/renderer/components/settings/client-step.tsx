import { CircleCheck, ExternalLink, FileUp } from 'lucide-react';
import type { DragEvent, ReactElement } from 'react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ClientView } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import { readClientFile } from '../../offered-file.ts';
import type { OfferedFile } from '../../offered-file.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { Failure } from '../failure.tsx';
import { Field } from '../field.tsx';
import { StatusLine } from '../status-line.tsx';
import { Quiet } from '../text.tsx';
import styles from './client-step.module.css';
import type { GuideProps, Steps } from './guide-steps.tsx';
import { StepActions, StepHeading } from './guide-steps.tsx';
import { AskFailed, Failed, Loading, Part } from './section.tsx';
import { StateLine } from './state-line.tsx';
import { TextArea } from './text-area.tsx';

const said = words.guide.client;

type Check =
  | { readonly kind: 'idle' | 'checking' | 'too-large' | 'unreadable' }
  | { readonly kind: 'refused'; readonly error: AppError };

/** How to get a Google client, step by step, and the place where its file is given to CalSync and checked at once. */
export function ClientStep({ bridge, steps, tell }: GuideProps & { readonly steps: Steps }): ReactElement {
  const client = useAsked<ClientView>(useCallback(() => bridge.call('client.get'), [bridge]));
  const [replacing, setReplacing] = useState(false);
  const { desktop } = bridge;
  const known = client.answer?.ok === true ? client.answer.value : null;
  const present = known?.present === true && !replacing;
  return (
    <>
      <StepHeading title={said.title} steps={steps} />
      <p>{said.text}</p>
      {client.answer === null ? <Loading /> : null}
      {client.answer?.ok === false ? <AskFailed error={client.answer.error} onAgain={client.again} /> : null}
      {present ? (
        <div className={styles.kept}>
          <StateLine state="connected" role="status">
            <CircleCheck size={16} aria-hidden />
            <span>{said.kept(known.idEnding)}</span>
          </StateLine>
          <Button onClick={() => setReplacing(true)}>{said.replace}</Button>
        </div>
      ) : null}
      {known === null || present ? null : (
        <>
          <ol className={styles.steps}>
            {said.steps.map(({ title, text, link, linkLabel }) => (
              <li key={title}>
                <h2>{title}</h2>
                <p>{text}</p>
                {desktop === null || link === null ? null : (
                  <Button look="link" onClick={() => void desktop.desktop('app.openHelp', { link }).then(tell)}>
                    {linkLabel} <ExternalLink size={14} aria-hidden />
                  </Button>
                )}
              </li>
            ))}
          </ol>
          <Quiet>{said.menuNote}</Quiet>
          <Part labelledBy="client-testing">
            <h2 id="client-testing">{said.testingTitle}</h2>
            <p>{said.testing}</p>
            <p>{said.production}</p>
          </Part>
          <FileGate
            bridge={bridge}
            onKept={(next) => {
              client.put(next);
              setReplacing(false);
            }}
          />
        </>
      )}
      <StepActions steps={steps} ready={known?.present === true} note={said.needed} />
    </>
  );
}

function FileGate(props: Pick<GuideProps, 'bridge'> & { readonly onKept: (client: ClientView) => void }): ReactElement {
  const { bridge, onKept } = props;
  const [check, setCheck] = useState<Check>({ kind: 'idle' });
  const [over, setOver] = useState(false);
  const [pasted, setPasted] = useState('');
  const chooser = useRef<HTMLInputElement>(null);

  // A file that misses the place would otherwise be opened by the browser instead of this page.
  useEffect(() => {
    const refuse = (event: globalThis.DragEvent): void => event.preventDefault();
    window.addEventListener('dragover', refuse);
    window.addEventListener('drop', refuse);
    return () => {
      window.removeEventListener('dragover', refuse);
      window.removeEventListener('drop', refuse);
    };
  }, []);

  const save = async (text: string, fileName: string | null): Promise<void> => {
    setCheck({ kind: 'checking' });
    const answer = await bridge.call('client.save', { text, fileName });
    if (answer.ok) onKept(answer.value);
    else setCheck({ kind: 'refused', error: answer.error });
  };
  const take = async (file: OfferedFile | undefined): Promise<void> => {
    if (file === undefined) return;
    setCheck({ kind: 'checking' });
    const read = await readClientFile(file);
    if (read.kind === 'text') await save(read.text, file.name.slice(0, 300));
    else setCheck({ kind: read.kind });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <Part labelledBy="client-file">
      <h2 id="client-file">{said.fileTitle}</h2>
      <div
        className={styles.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileUp size={20} aria-hidden />
        <p>{over ? said.dropNow : said.drop}</p>
        <Button onClick={() => chooser.current?.click()}>{said.choose}</Button>
        <input
          ref={chooser}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={said.choose}
          onChange={(event) => {
            const input = event.currentTarget;
            void take(input.files?.[0]);
            // Otherwise choosing the same file again, after it was mended, would be no change.
            input.value = '';
          }}
        />
      </div>
      <form
        className={styles.paste}
        onSubmit={(event) => {
          event.preventDefault();
          if (pasted.trim() !== '') void save(pasted, null);
        }}
      >
        <Field as="label">
          <span>{said.paste}</span>
          <TextArea
            rows={3}
            maxLength={20_000}
            autoComplete="off"
            value={pasted}
            onChange={(event) => setPasted(event.currentTarget.value)}
          />
        </Field>
        <Button type="submit" disabled={pasted.trim() === '' || check.kind === 'checking'}>
          {said.pasteButton}
        </Button>
      </form>
      <StatusLine text={check.kind === 'checking' ? said.checking : ''} />
      {check.kind === 'refused' ? (
        <Failed>
          <Failure error={check.error} />
        </Failed>
      ) : null}
      {check.kind === 'too-large' || check.kind === 'unreadable' ? (
        <Failed role="alert">
          <p>{check.kind === 'too-large' ? said.tooLarge : said.unreadable}</p>
          <Quiet>{check.kind === 'too-large' ? said.tooLargeAdvice : said.unreadableAdvice}</Quiet>
        </Failed>
      ) : null}
    </Part>
  );
}
