import type { ReactElement } from 'react';
import { useId } from 'react';

export interface SwitchProps {
  readonly label: string;
  /** One sentence below, read together with the name; null where there is nothing to say. */
  readonly hint: string | null;
  readonly on: boolean;
  readonly disabled: boolean;
  readonly onChange: (on: boolean) => void;
  /** What a screen reader calls it, where the label alone would not say which one it is. */
  readonly name?: string;
}

/** A choice that takes effect at once: a native check box that says it is a switch. */
export function Switch({ label, hint, on, disabled, onChange, name }: SwitchProps): ReactElement {
  const hintId = useId();
  return (
    <div className="switch-row">
      <label className="switch-label">
        <span>{label}</span>
        <input
          type="checkbox"
          role="switch"
          className="switch"
          checked={on}
          disabled={disabled}
          {...(name === undefined ? {} : { 'aria-label': name })}
          {...(hint === null ? {} : { 'aria-describedby': hintId })}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      </label>
      {hint === null ? null : (
        <p id={hintId} className="quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
