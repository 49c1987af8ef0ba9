import type { ReactElement } from 'react';
import { useId } from 'react';
import { weekdaySchema } from '../../../shared/dto.ts';
import type { Instant } from '../../../shared/time.ts';
import type { WorkingHours } from '../../working-hours.ts';
import { hoursProblems, hoursSentence, inWeek } from '../../working-hours.ts';
import { words } from '../../words.ts';
import { Field } from '../field.tsx';
import { ForReaders, Quiet } from '../text.tsx';
import { ClockField } from './clock-field.tsx';
import styles from './hours-editor.module.css';
import { Problem } from './problem.tsx';
import { TimeZoneField } from './time-zone-field.tsx';

const said = words.settings.choices.hours;

export interface HoursEditorProps {
  /** Hours, or what stands in the fields until they are some. */
  readonly hours: WorkingHours;
  readonly calendarZone: string | null;
  readonly locale: string | undefined;
  readonly now: Instant;
  readonly onChange: (hours: WorkingHours) => void;
}

/** The days, the times and the zone of the hours that count, with one sentence of what they come to. */
export function HoursEditor({ hours, calendarZone, locale, now, onChange }: HoursEditorProps): ReactElement {
  const id = useId();
  const problems = hoursProblems(hours);
  const times = [
    { name: 'from', label: said.from },
    { name: 'to', label: said.to },
  ] as const;
  return (
    <div className={styles.hours}>
      <Field role="group" aria-labelledby={`${id}-days`} aria-describedby={`${id}-days-problem`}>
        <span id={`${id}-days`} className={styles.name}>
          {said.days}
        </span>
        <div className={styles.days}>
          {weekdaySchema.options.map((day) => {
            const on = hours.days.includes(day);
            return (
              <button
                key={day}
                type="button"
                className={styles.day}
                aria-pressed={on}
                title={said.dayNames[day]}
                data-invalid={problems.days !== undefined}
                onClick={() =>
                  onChange({
                    ...hours,
                    days: inWeek(on ? hours.days.filter((each) => each !== day) : [...hours.days, day]),
                  })
                }
              >
                <span aria-hidden>{said.dayShort[day]}</span>
                <ForReaders>{said.dayNames[day]}</ForReaders>
              </button>
            );
          })}
        </div>
        <Problem id={`${id}-days-problem`} text={problems.days} />
      </Field>
      <div className={styles.line}>
        <div className={styles.clocks}>
          {times.map(({ name, label }) => (
            <ClockField
              key={name}
              label={label}
              clock={hours[name]}
              locale={locale}
              wrong={problems[name] !== undefined}
              describedBy={`${id}-${name}-problem ${id}-night`}
              onChange={(clock) => onChange({ ...hours, [name]: clock })}
            />
          ))}
          <Problem id={`${id}-from-problem`} text={problems.from} />
          <Problem id={`${id}-to-problem`} text={problems.to} />
        </div>
        <TimeZoneField
          zone={hours.timeZone}
          calendarZone={calendarZone}
          now={now}
          problem={problems.timeZone}
          onChange={(timeZone) => onChange({ ...hours, timeZone })}
        />
      </div>
      <p className={styles.sentence} role="status">
        {Object.keys(problems).length === 0 ? hoursSentence(hours, locale) : ''}
      </p>
      <Quiet id={`${id}-night`}>{said.nightHint}</Quiet>
    </div>
  );
}
