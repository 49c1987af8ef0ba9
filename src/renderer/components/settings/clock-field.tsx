import type { ReactElement } from 'react';
import { useId, useState } from 'react';
import { clockIn, clockText } from '../../time-of-day.ts';
import { Field } from '../field.tsx';
import { TextField } from '../text-field.tsx';

export interface ClockFieldProps {
  readonly label: string;
  /** `HH:MM`, or what a person has typed that is no time. */
  readonly clock: string;
  readonly locale: string | undefined;
  readonly wrong: boolean;
  /** The ids of what explains it. */
  readonly describedBy: string;
  readonly onChange: (clock: string) => void;
}

/**
 * A time of day. It is typed as people write it, and shown as the locale writes it: the browser's own field for times
 * knows no 24:00, asks for AM and PM by its own language, and empties what it does not understand.
 */
export function ClockField({ label, clock, locale, wrong, describedBy, onChange }: ClockFieldProps): ReactElement {
  const id = useId();
  // What was typed counts only as long as it stands for the present time, so that another value takes its place.
  const [typed, setTyped] = useState<{ readonly text: string; readonly clock: string } | null>(null);
  return (
    <Field>
      <label htmlFor={id}>{label}</label>
      <TextField
        id={id}
        aria-invalid={wrong}
        aria-describedby={describedBy}
        value={typed !== null && typed.clock === clock ? typed.text : clockText(clock, locale)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={() => setTyped(null)}
        onChange={(event) => {
          const text = event.currentTarget.value;
          const next = clockIn(text) ?? text;
          setTyped({ text, clock: next });
          onChange(next);
        }}
      />
    </Field>
  );
}
