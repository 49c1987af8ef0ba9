import { CircleCheck, CircleHelp, CircleMinus, CirclePlus, CircleSlash } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { useId, useRef, useState } from 'react';
import type { Status, WhyAnswer, WhyBlock, WhyEvent, WhyTarget } from '../../../shared/dto.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { copyText, strayText, verdictText } from '../../../shared/verdicts.ts';
import { formatStart } from '../../format.ts';
import { words } from '../../words.ts';
import { Button, ButtonLink } from '../button.tsx';
import { Attention, ForReaders, Quiet, Text, Weighty } from '../text.tsx';
import { ButtonRow } from './button-row.tsx';
import { CalendarName } from './calendar-name.tsx';
import type { PageProps } from './page-props.ts';
import { SearchField } from './search-field.tsx';
import { AskFailed, Empty, Section } from './section.tsx';
import { Begin } from './sign-in-button.tsx';
import styles from './why-page.module.css';

const said = words.why;

type Found = Extract<WhyAnswer, { kind: 'event' }>;
type Choices = Extract<WhyAnswer, { kind: 'choices' }>;

/** Why an event has a block in each calendar, or none; and which event a block stands for. */
export function WhyPage(props: PageProps): ReactElement {
  if (props.status.accounts.length > 0) return <Asking {...props} />;
  return (
    <Empty sentence={words.settings.noAccount} meaning={words.settings.noAccountMeaning}>
      <Begin />
    </Empty>
  );
}

function Asking(props: PageProps): ReactElement {
  const { bridge } = props;
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Result<WhyAnswer, AppError> | null>(null);
  const [list, setList] = useState<Choices | null>(null);
  const latest = useRef(0);
  const hint = useId();
  const ask = async (query: string): Promise<void> => {
    latest.current += 1;
    const mine = latest.current;
    setAsked(query);
    setAnswer(null);
    const next = await bridge.call('why.ask', { query });
    // Whoever asks again before the answer wants the new one only.
    if (mine !== latest.current) return;
    setAnswer(next);
  };
  const search = (query: string): void => {
    setList(null);
    if (query.trim() !== '') void ask(query.trim());
  };
  const found = answer?.ok === true ? answer.value : null;
  const waits = asked !== null && answer === null;
  return (
    <>
      <form
        role="search"
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          search(text);
        }}
      >
        <SearchField label={said.label} text={text} maxLength={500} describedBy={hint} onChange={setText} />
        <Button look="main" type="submit" disabled={text.trim() === ''}>
          {said.ask}
        </Button>
        <Quiet id={hint} className={styles.hint}>
          {said.hint}
        </Quiet>
      </form>
      <Text look={waits ? 'quiet' : 'forReaders'} role="status">
        {waits ? said.asking : found === null ? '' : announced(found)}
      </Text>
      {asked === null ? <Empty sentence={said.idle} meaning={said.idleMeaning} /> : null}
      {answer?.ok === false && asked !== null ? (
        <AskFailed error={answer.error} onAgain={() => void ask(asked)} />
      ) : null}
      {found?.kind === 'nothing' ? <Empty sentence={said.nothing} meaning={said.nothingMeaning} /> : null}
      {found?.kind === 'choices' ? (
        <ChoiceList
          {...props}
          answer={found}
          onChoose={(key) => {
            setList(found);
            void ask(key);
          }}
        />
      ) : null}
      {list === null || found === null || found.kind === 'choices' ? null : (
        <Button
          look="link"
          className={styles.back}
          onClick={() => {
            setAnswer({ ok: true, value: list });
            setList(null);
          }}
        >
          {said.back}
        </Button>
      )}
      {found?.kind === 'event' ? <EventAnswer {...props} answer={found} /> : null}
      {found?.kind === 'stray' ? (
        <Section title={said.strayTitle(found.block.calendarName)} meaning={factsOf(found.block, props)}>
          <p>{strayText}</p>
        </Section>
      ) : null}
    </>
  );
}

/** What is said aloud when an answer has come; the rest is there to be read. */
function announced(answer: WhyAnswer): string {
  if (answer.kind === 'nothing') return said.nothing;
  if (answer.kind === 'choices') return said.found(answer.choices.length);
  return answer.kind === 'stray' ? strayText : (answer.event.title ?? said.untitled);
}

const isBlock = (one: WhyEvent | WhyBlock): one is WhyBlock => 'there' in one;

/** Calendar, time, and what kind of thing it is, in one line. */
function factsOf(one: WhyEvent | WhyBlock, { now, viewer }: Pick<PageProps, 'now' | 'viewer'>): string {
  const start = one.start === null ? null : formatStart(one.start, now, viewer);
  const kind = isBlock(one) ? '' : one.series ? said.series : one.date ? said.date : '';
  return [
    one.calendarName,
    start ?? words.someTime,
    kind,
    !isBlock(one) && one.cancelled ? said.cancelled : '',
    isBlock(one) && !one.there ? said.blockGone : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function ChoiceList(
  props: PageProps & { readonly answer: Choices; readonly onChoose: (key: string) => void },
): ReactElement {
  const { answer, onChoose } = props;
  return (
    <Section title={said.choices}>
      <ul>
        {answer.choices.map((choice) => (
          <li key={choice.key} className={styles.choice}>
            <button type="button" onClick={() => onChoose(choice.key)}>
              <Weighty as="bdi">{isBlock(choice) ? said.block : (choice.title ?? said.untitled)}</Weighty>
              <Quiet as="span">
                <bdi>{factsOf(choice, props)}</bdi>
              </Quiet>
            </button>
          </li>
        ))}
      </ul>
      {answer.more ? <Quiet>{said.choicesMore}</Quiet> : null}
    </Section>
  );
}

function EventAnswer(props: PageProps & { readonly answer: Found }): ReactElement {
  const { answer, status, now, viewer } = props;
  const { event, block, targets, dates, otherDates } = answer;
  return (
    <>
      <Section title={event.title ?? said.untitled} meaning={factsOf(event, props)}>
        {block === null ? null : (
          <p>
            <bdi>{said.blockIn(block.calendarName)}</bdi> {block.there ? '' : said.blockGone}
          </p>
        )}
        {event.copy ? <Attention>{copyText}</Attention> : null}
        {targets.length === 0 ? (
          <p>{said.noTargets}</p>
        ) : (
          <Targets targets={targets} status={status} caption={said.targets} />
        )}
        <Help {...props} targets={[...targets, ...dates.flatMap((date) => date.targets)]} />
      </Section>
      {dates.length === 0 && otherDates === 0 ? null : (
        <Section title={said.dates}>
          {dates.map((date) => {
            const when = date.originalStart ?? date.start;
            return (
              <Targets
                key={date.key}
                targets={date.targets}
                status={status}
                caption={(when === null ? null : formatStart(when, now, viewer)) ?? words.someTime}
                captionShown
              />
            );
          })}
          {otherDates === 0 ? null : <Quiet>{said.otherDates(otherDates)}</Quiet>}
        </Section>
      )}
    </>
  );
}

const icons: { readonly [State in WhyTarget['state']]: LucideIcon } = {
  there: CircleCheck,
  coming: CirclePlus,
  going: CircleMinus,
  none: CircleSlash,
};

function Targets(props: {
  readonly targets: readonly WhyTarget[];
  readonly status: Status;
  readonly caption: string;
  readonly captionShown?: boolean;
}): ReactElement {
  const { targets, status, caption, captionShown = false } = props;
  return (
    <table className={styles.table}>
      {captionShown ? <caption>{caption}</caption> : <ForReaders as="caption">{caption}</ForReaders>}
      <ForReaders as="thead">
        <tr>
          <th scope="col">{said.calendar}</th>
          <th scope="col">{said.answer}</th>
        </tr>
      </ForReaders>
      <tbody>
        {targets.map((target) => {
          const Icon = target.reason === 'held' ? CircleHelp : icons[target.state];
          const calendar = status.calendars.find((each) => each.id === target.calendarId);
          return (
            <tr key={target.calendarId} data-state={target.state}>
              <th scope="row">
                <CalendarName colour={calendar?.colour ?? null}>
                  <bdi>{target.calendarName}</bdi>
                </CalendarName>
              </th>
              <td>
                <span className={styles.verdict}>
                  <Icon size={16} aria-label={said.state[target.state]} role="img" />
                  <span>{verdictText(target)}</span>
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The way to what the person can do about an answer, where there is one. */
function Help(props: PageProps & { readonly targets: readonly WhyTarget[] }): ReactElement | null {
  const { targets, showMutes } = props;
  const listed = targets.some(({ reason }) => reason === 'muted' || reason === 'kept');
  const held = targets.some((target) => target.reason === 'held');
  if (!listed && !held) return null;
  return (
    <ButtonRow>
      {held ? <ButtonLink href="#advanced">{said.decide}</ButtonLink> : null}
      {listed ? <Button onClick={showMutes}>{said.muted}</Button> : null}
    </ButtonRow>
  );
}
