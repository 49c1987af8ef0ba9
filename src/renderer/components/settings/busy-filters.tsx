import type { ReactElement } from 'react';
import { useId } from 'react';
import { busyPolicySchema } from '../../../shared/dto.ts';
import type { Instant } from '../../../shared/time.ts';
import { classes } from '../../classes.ts';
import { longestTitles, titleLines, titlesProblem } from '../../ignored-titles.ts';
import type { BusyChoices, WorkingHours } from '../../working-hours.ts';
import { hoursProblems, sameHours, usualHours } from '../../working-hours.ts';
import { words } from '../../words.ts';
import { Field } from '../field.tsx';
import { Switch } from '../switch.tsx';
import { Quiet } from '../text.tsx';
import styles from './busy-filters.module.css';
import { DraftActions, goesThrough, useDraftForm } from './draft-actions.tsx';
import { HoursEditor } from './hours-editor.tsx';
import { MinutesChoice } from './minutes-choice.tsx';
import { Problem } from './problem.tsx';
import { Section } from './section.tsx';
import { SwitchList } from './switch-list.tsx';
import { TextArea } from './text-area.tsx';

const said = words.settings.choices;
const usualLengths: readonly number[] = [0, 5, 10, 15, 30, 60];
/** The most minutes of the shortest event: a day (`busyPolicySchema`). */
const longestLength = busyPolicySchema.shape.minimumMinutes.unwrap().maxValue ?? 0;

/** What was chosen on a page and is not kept yet; null where it is as kept. */
export interface FilterDraft {
  /** Whether hours were switched on that are not kept yet. */
  readonly hoursOn: boolean;
  readonly hours: WorkingHours | null;
  readonly minutes: number | null;
  readonly titles: string | null;
}

export const noDraft: FilterDraft = { hoursOn: false, hours: null, minutes: null, titles: null };

/** Takes a draft and the choices that are kept now; returns what of the draft is still not kept. */
export function restOf(draft: FilterDraft, kept: BusyChoices): FilterDraft {
  const { hours, minutes, titles } = draft;
  const hoursKept = hours !== null && kept.hours !== null && sameHours(hours, kept.hours);
  return {
    hoursOn: draft.hoursOn && kept.hours === null,
    hours: hoursKept ? null : hours,
    minutes: minutes === kept.minimumMinutes ? null : minutes,
    titles: titles !== null && titleLines(titles) === titleLines(kept.ignoreTitles) ? null : titles,
  };
}

export interface BusyFiltersProps {
  /** What is kept, or about to be. */
  readonly busy: BusyChoices;
  readonly kept: BusyChoices;
  readonly changing: boolean;
  readonly calendarZone: string | null;
  readonly locale: string | undefined;
  readonly now: Instant;
  readonly draft: FilterDraft;
  readonly onDraft: (draft: FilterDraft) => void;
  readonly onOffer: (next: Partial<BusyChoices>) => void;
}

/** Which of the events that count otherwise are left out: by hours, by length, by title. */
export function BusyFilters(props: BusyFiltersProps): ReactElement {
  return (
    <Section title={said.section} meaning={said.sectionMeaning}>
      <SwitchList>
        <Hours {...props} />
        <Length {...props} />
        <Titles {...props} />
      </SwitchList>
    </Section>
  );
}

function Hours(props: BusyFiltersProps): ReactElement {
  const { busy, kept, changing, calendarZone, locale, now, draft, onDraft, onOffer } = props;
  const on = draft.hoursOn || busy.hours !== null;
  const hours = draft.hours ?? busy.hours ?? usualHours();
  const changed = on && (kept.hours === null || !sameHours(hours, kept.hours));
  const form = useDraftForm(changed);
  const turn = (next: boolean): void => {
    // What was chosen is remembered, so that it is there again when they are switched on again.
    if (next || kept.hours === null) onDraft({ ...draft, hoursOn: next, hours: draft.hours ?? hours });
    else {
      onDraft({ ...draft, hoursOn: false, hours });
      onOffer({ hours: null });
    }
  };
  return (
    <form
      ref={form}
      noValidate
      className={classes(styles.filter, styles.hours)}
      onSubmit={(event) => {
        if (goesThrough(event) && changed) onOffer({ hours });
      }}
    >
      <Switch label={said.hours.label} hint={said.hours.meaning} on={on} disabled={false} onChange={turn} />
      {on ? (
        <HoursEditor
          hours={hours}
          calendarZone={calendarZone}
          locale={locale}
          now={now}
          onChange={(next) => onDraft({ ...draft, hours: next })}
        />
      ) : null}
      {changed ? (
        <DraftActions
          what={said.hours.what}
          waits={changing || Object.keys(hoursProblems(hours)).length > 0}
          onDiscard={() => onDraft({ ...draft, hoursOn: false, hours: null })}
        />
      ) : null}
    </form>
  );
}

function Length({ busy, kept, changing, draft, onDraft, onOffer }: BusyFiltersProps): ReactElement {
  const id = useId();
  const minutes = draft.minutes ?? busy.minimumMinutes;
  const changed = draft.minutes !== null && draft.minutes !== kept.minimumMinutes;
  const form = useDraftForm(changed);
  return (
    <form
      ref={form}
      noValidate
      className={styles.filter}
      onSubmit={(event) => {
        if (goesThrough(event) && changed) onOffer({ minimumMinutes: minutes });
      }}
    >
      <MinutesChoice
        label={said.length.label}
        minutes={minutes}
        usual={usualLengths}
        none={said.length.any}
        most={longestLength}
        describedBy={id}
        asSwitch
        onChange={(next, typed) => {
          onDraft({ ...draft, minutes: typed ? next : null });
          if (!typed && next !== kept.minimumMinutes) onOffer({ minimumMinutes: next });
        }}
      />
      <Quiet id={id}>{said.length.meaning}</Quiet>
      {changed ? (
        <DraftActions
          what={said.length.what}
          waits={changing || Number.isNaN(minutes)}
          onDiscard={() => onDraft({ ...draft, minutes: null })}
        />
      ) : null}
    </form>
  );
}

function Titles({ busy, kept, changing, draft, onDraft, onOffer }: BusyFiltersProps): ReactElement {
  const id = useId();
  const text = draft.titles ?? titleLines(busy.ignoreTitles);
  const list = titleLines(text);
  const changed = draft.titles !== null && list !== titleLines(kept.ignoreTitles);
  const problem = titlesProblem(list);
  const form = useDraftForm(changed);
  return (
    <form
      ref={form}
      noValidate
      className={styles.filter}
      onSubmit={(event) => {
        if (goesThrough(event) && changed) onOffer({ ignoreTitles: list });
      }}
    >
      <Field>
        <label htmlFor={id}>{said.titles.label}</label>
        <Quiet id={`${id}-hint`}>{said.titles.hint}</Quiet>
        <TextArea
          id={id}
          dir="auto"
          rows={4}
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-hint ${id}-count ${id}-problem ${id}-patterns`}
          onChange={(event) => onDraft({ ...draft, titles: event.currentTarget.value })}
        />
        <Quiet id={`${id}-count`} className={styles.count}>
          {said.titles.count(list.length, longestTitles)}
        </Quiet>
        <Problem id={`${id}-problem`} text={problem ?? undefined} />
      </Field>
      <Quiet as="ul" id={`${id}-patterns`} className={styles.patterns}>
        {said.titles.patterns.map(({ pattern, meaning }) => (
          <li key={pattern}>
            <code>{pattern}</code> {meaning}
          </li>
        ))}
      </Quiet>
      {changed ? (
        <DraftActions
          what={said.titles.what}
          waits={changing || problem !== null}
          onDiscard={() => onDraft({ ...draft, titles: null })}
        />
      ) : null}
    </form>
  );
}
