import type { ReactElement } from 'react';
import { useCallback, useId, useState } from 'react';
import type { CalendarView, Policies } from '../../../shared/dto.ts';
import { busyPolicySchema } from '../../../shared/dto.ts';
import type { CalendarId } from '../../../shared/ids.ts';
import { useAsked } from '../../hooks.ts';
import { words } from '../../words.ts';
import type { BusySwitch } from '../../words/settings-window.ts';
import { Button } from '../button.tsx';
import { Switch, SwitchLine } from '../switch.tsx';
import { Quiet } from '../text.tsx';
import { usePolicyChange } from '../policy-change.tsx';
import type { FilterDraft } from './busy-filters.tsx';
import { BusyFilters, noDraft, restOf } from './busy-filters.tsx';
import { calendarName } from './calendar-table.tsx';
import { FieldLine } from './field-line.tsx';
import type { Drafts, PageProps } from './page-props.ts';
import { AskFailed, Empty, Loading } from './section.tsx';
import { Select } from './select.tsx';
import { Begin } from './sign-in-button.tsx';
import { SwitchList } from './switch-list.tsx';

const said = words.settings.busy;
const switches = Object.keys(said.switches) as readonly BusySwitch[];

/** What counts as busy on one calendar, one switch and one sentence each. */
export function BusyPage(props: PageProps): ReactElement {
  const { bridge, status, now, viewer } = props;
  const policies = useAsked(useCallback(() => bridge.call('policy.get'), [bridge]));
  // For each calendar, because what was typed for one must not be lost by looking at another.
  const drafts = props.drafts.filters;
  const setDrafts = (next: (before: Drafts['filters']) => Drafts['filters']): void =>
    props.setDrafts((before) => ({ ...before, filters: next(before.filters) }));
  const change = usePolicyChange(props, (kept) => {
    policies.put(kept);
    setDrafts((before) => draftsAfter(before, kept));
  });
  const [chosen, setChosen] = useState<CalendarId | null>(null);
  const choice = useId();
  if (status.accounts.length === 0) {
    return (
      <Empty sentence={words.settings.noAccount} meaning={words.settings.noAccountMeaning}>
        <Begin />
      </Empty>
    );
  }
  if (status.calendars.length === 0) return <Empty sentence={words.settings.noCalendars} />;
  if (policies.answer === null) return <Loading />;
  if (!policies.answer.ok) return <AskFailed error={policies.answer.error} onAgain={policies.again} />;

  const calendar = calendarToShow(status.calendars, chosen);
  const kept = policies.answer.value.busy.find((each) => each.calendarId === calendar?.id)?.busy;
  // Because a snapshot may know a calendar before the choices do, which is mended by asking again.
  if (calendar === undefined || kept === undefined) {
    return (
      <Empty sentence={words.settings.noCalendars}>
        <Button onClick={policies.again}>{words.tryAgain}</Button>
      </Empty>
    );
  }
  const changing = change.pending?.kind === 'busy' && change.pending.calendarId === calendar.id ? change.pending : null;
  const busy = changing?.busy ?? kept;
  const offer = (next: Partial<Policies['busy'][number]['busy']>): void =>
    change.offer({ kind: 'busy', calendarId: calendar.id, busy: { ...busy, ...next } });
  return (
    <>
      <FieldLine>
        <span>{said.calendar}</span>
        <Select
          value={calendar.id}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setChosen(status.calendars.find((each) => each.id === value)?.id ?? null);
          }}
        >
          {status.accounts.map((account) => (
            <optgroup key={account.id} label={account.email}>
              {status.calendars
                .filter((each) => each.accountId === account.id)
                .map((each) => (
                  <option key={each.id} value={each.id}>
                    {calendarName(each)}
                  </option>
                ))}
            </optgroup>
          ))}
        </Select>
      </FieldLine>
      <Quiet>{calendar.source ? said.always : said.notSource}</Quiet>
      <SwitchList>
        {switches.slice(0, 4).map((each) => (
          <Switch
            key={each}
            label={said.switches[each]}
            hint={said.meanings[each]}
            on={busy[each]}
            disabled={false}
            onChange={(on) => offer({ [each]: on })}
          />
        ))}
        <div>
          <SwitchLine>
            <label htmlFor={choice}>{said.allDay}</label>
            <Select
              id={choice}
              value={busy.allDay}
              aria-describedby={`${choice}-meaning`}
              onChange={(event) => {
                const { value } = event.currentTarget;
                const allDay = busyPolicySchema.shape.allDay.options.find((each) => each === value);
                if (allDay) offer({ allDay });
              }}
            >
              {busyPolicySchema.shape.allDay.options.map((each) => (
                <option key={each} value={each}>
                  {said.allDayChoices[each]}
                </option>
              ))}
            </Select>
          </SwitchLine>
          <Quiet id={`${choice}-meaning`}>{said.allDayMeaning}</Quiet>
        </div>
        {switches.slice(4).map((each) => (
          <Switch
            key={each}
            label={said.switches[each]}
            hint={said.meanings[each]}
            on={busy[each]}
            disabled={false}
            onChange={(on) => offer({ [each]: on })}
          />
        ))}
      </SwitchList>
      <BusyFilters
        key={calendar.id}
        busy={busy}
        kept={kept}
        changing={change.pending !== null}
        calendarZone={calendar.timeZone}
        locale={viewer.locale}
        now={now}
        draft={drafts.get(calendar.id) ?? noDraft}
        onDraft={(draft) => setDrafts((before) => new Map(before).set(calendar.id, draft))}
        onOffer={offer}
      />
      {change.view}
    </>
  );
}

/** What is still not kept of what was typed for each calendar. */
function draftsAfter(
  drafts: ReadonlyMap<CalendarId, FilterDraft>,
  kept: Policies,
): ReadonlyMap<CalendarId, FilterDraft> {
  const choices = new Map(kept.busy.map(({ calendarId, busy }) => [calendarId, busy]));
  return new Map(
    [...drafts].map(([id, draft]) => {
      const busy = choices.get(id);
      return [id, busy === undefined ? draft : restOf(draft, busy)];
    }),
  );
}

/** The chosen calendar while there is one, else the first that makes blocks. */
function calendarToShow(calendars: readonly CalendarView[], chosen: CalendarId | null): CalendarView | undefined {
  return (
    calendars.find((calendar) => calendar.id === chosen) ??
    calendars.find((calendar) => calendar.source) ??
    calendars[0]
  );
}
