import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { DesktopBridge, DesktopOutput } from '../../../shared/ipc.ts';
import type { Result } from '../../../shared/result.ts';
import { formatMoment } from '../../format.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { StatusLine } from '../status-line.tsx';
import { Switch } from '../switch.tsx';
import { Quiet } from '../text.tsx';
import { ButtonRow } from './button-row.tsx';
import { FieldLine } from './field-line.tsx';
import type { PageProps } from './page-props.ts';
import { AskFailed, Loading, Part, Section } from './section.tsx';
import { Select } from './select.tsx';

const said = words.settings.schedule;
const usualIntervals: readonly number[] = [1, 5, 10, 15, 30, 60, 120];

/** How often CalSync looks, whether it rests, and whether it starts with the computer. */
export function SchedulePage(props: PageProps): ReactElement {
  const { bridge } = props;
  return (
    <>
      <Interval {...props} />
      <Pause {...props} />
      {bridge.desktop === null ? null : <Login desktop={bridge.desktop} />}
    </>
  );
}

function Interval({ bridge, tell }: PageProps): ReactElement {
  const policies = useAsked(useCallback(() => bridge.call('policy.get'), [bridge]));
  const [saved, setSaved] = useState(false);
  if (policies.answer === null) return <Loading />;
  if (!policies.answer.ok) return <AskFailed error={policies.answer.error} onAgain={policies.again} />;
  const { intervalMinutes } = policies.answer.value;
  const choices = [...new Set([...usualIntervals, intervalMinutes])].sort((a, b) => a - b);
  const save = async (minutes: number): Promise<void> => {
    const answer = await bridge.call('policy.save', { kind: 'interval', minutes });
    tell(answer);
    setSaved(answer.ok);
    if (answer.ok) policies.put(answer.value);
  };
  return (
    <Part>
      <FieldLine>
        <span>{said.interval}</span>
        <Select value={intervalMinutes} onChange={(event) => void save(Number(event.currentTarget.value))}>
          {choices.map((minutes) => (
            <option key={minutes} value={minutes}>
              {said.intervalChoice(minutes)}
            </option>
          ))}
        </Select>
        <StatusLine as="span" quiet text={saved ? words.settings.changedNow : ''} />
      </FieldLine>
      <Quiet>{said.intervalMeaning}</Quiet>
    </Part>
  );
}

function Pause({ bridge, status, now, viewer, tell }: PageProps): ReactElement {
  const until = status.pausedUntil;
  const paused = until !== null;
  return (
    <Section title={said.pause}>
      <p role="status">
        {paused ? `${words.paused(until === 'forever' ? null : formatMoment(until, now, viewer))}. ` : said.running}
        {paused ? <Quiet as="span">{said.pausedMeaning}</Quiet> : null}
      </p>
      <ButtonRow>
        {paused ? (
          <Button look="main" onClick={() => void bridge.call('sync.resume').then(tell)}>
            {words.resume}
          </Button>
        ) : (
          (['hour', 'tomorrow', 'forever'] as const).map((each) => (
            <Button
              key={each}
              aria-label={`${words.pause}: ${said.pauseButtons[each]}`}
              onClick={() => void bridge.call('sync.pause', { until: each }).then(tell)}
            >
              {said.pauseButtons[each]}
            </Button>
          ))
        )}
      </ButtonRow>
    </Section>
  );
}

function Login({ desktop }: { readonly desktop: DesktopBridge }): ReactElement | null {
  const info = useAsked<DesktopOutput<'app.info'>>(useCallback(() => desktop.desktop('app.info'), [desktop]));
  const [failed, setFailed] = useState<AppError | null>(null);
  if (info.answer === null) return null;
  if (!info.answer.ok) return <AskFailed error={info.answer.error} onAgain={info.again} />;
  const known = info.answer.value;
  const set = (enabled: boolean): void => {
    void desktop.desktop('app.launchAtLogin', { enabled }).then((answer: Result<boolean, AppError>) => {
      setFailed(answer.ok ? null : answer.error);
      if (answer.ok) info.put({ ...known, launchAtLogin: answer.value });
    });
  };
  return (
    <Part>
      <Switch
        label={said.login}
        hint={known.launchAtLoginAvailable ? said.loginMeaning : said.loginUnavailable}
        on={known.launchAtLogin}
        disabled={!known.launchAtLoginAvailable}
        onChange={set}
      />
      {failed === null ? null : <AskFailed error={failed} onAgain={() => set(!known.launchAtLogin)} />}
    </Part>
  );
}
