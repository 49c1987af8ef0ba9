import type { ReactElement } from 'react';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import { classes } from '../../classes.ts';
import { words } from '../../words.ts';
import { Field } from '../field.tsx';
import { Quiet } from '../text.tsx';
import { TextField } from '../text-field.tsx';
import styles from './minutes-choice.module.css';
import { Problem } from './problem.tsx';
import { Select } from './select.tsx';

const said = words.settings.choices.minutes;
const other = 'other';

export interface MinutesChoiceProps {
  readonly label: string;
  /** NaN while what stands in the field is no number that can be kept. */
  readonly minutes: number;
  readonly usual: readonly number[];
  /** What no minutes at all are called. */
  readonly none: string;
  readonly most: number;
  /** The id of a sentence that explains the choice. */
  readonly describedBy: string;
  /** Whether it stands among switches, as one of them. */
  readonly asSwitch?: boolean;
  /** Takes minutes, or NaN; `typed` while they are typed, so that there may be more to come. */
  readonly onChange: (minutes: number, typed: boolean) => void;
}

/** Minutes: one of the usual numbers, or another one that is typed. */
export function MinutesChoice(props: MinutesChoiceProps): ReactElement {
  const { label, minutes, usual, none, most, describedBy, asSwitch = false, onChange } = props;
  const id = useId();
  // What was typed counts only as long as it stands for the present minutes, so that another value takes its place.
  const [typed, setTyped] = useState<{ readonly text: string; readonly minutes: number } | null>(null);
  const own = typed !== null && Object.is(typed.minutes, minutes) ? typed : null;
  const field = useRef<HTMLInputElement>(null);
  const asked = useRef(false);
  useLayoutEffect(() => {
    if (own === null || !asked.current) return;
    asked.current = false;
    field.current?.focus();
    field.current?.select();
  }, [own]);

  const choices = [...new Set([...usual, ...(Number.isInteger(minutes) ? [minutes] : [])])].sort((a, b) => a - b);
  const wrong = own !== null && Number.isNaN(minutes);
  return (
    <div className={classes(styles.minutes, asSwitch && styles.asSwitch)}>
      <Field strong={!asSwitch}>
        <label htmlFor={`${id}-choice`}>{label}</label>
        <div className={styles.line}>
          <Select
            id={`${id}-choice`}
            value={own === null ? minutes : other}
            aria-describedby={describedBy}
            onChange={(event) => {
              const { value } = event.currentTarget;
              if (value === other) {
                asked.current = true;
                setTyped({ text: String(minutes), minutes });
                return;
              }
              setTyped(null);
              onChange(Number(value), false);
            }}
          >
            {choices.map((each) => (
              <option key={each} value={each}>
                {each === 0 ? none : said.text(each)}
              </option>
            ))}
            <option value={other}>{said.other}</option>
          </Select>
          {own === null ? null : (
            <span className={styles.own}>
              <TextField
                ref={field}
                inputMode="numeric"
                aria-label={said.field(label)}
                aria-invalid={wrong}
                aria-describedby={`${id}-problem`}
                value={own.text}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  const next = minutesIn(text, most);
                  setTyped({ text, minutes: next });
                  onChange(next, true);
                }}
              />
              <Quiet as="span">{said.unit}</Quiet>
            </span>
          )}
        </div>
      </Field>
      <Problem id={`${id}-problem`} text={wrong ? said.problem(most) : undefined} />
    </div>
  );
}

/** Takes what was typed; returns the whole number that it is, up to the given one, or NaN. */
export function minutesIn(text: string, most: number): number {
  const minutes = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : NaN;
  return minutes <= most ? minutes : NaN;
}
