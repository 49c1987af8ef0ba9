import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { useId } from 'react';
import styles from './switch.module.css';
import { Quiet } from './text.tsx';

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
    <div>
      <label className={styles.line}>
        <span>{label}</span>
        <BareSwitch
          checked={on}
          disabled={disabled}
          {...(name === undefined ? {} : { 'aria-label': name })}
          {...(hint === null ? {} : { 'aria-describedby': hintId })}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      </label>
      {hint === null ? null : <Quiet id={hintId}>{hint}</Quiet>}
    </div>
  );
}

/** A switch without words beside it: whoever draws it names it. */
export function BareSwitch(
  props: Omit<ComponentProps<'input'>, 'type' | 'role' | 'className' | 'style'>,
): ReactElement {
  return <input {...props} type="checkbox" role="switch" className={styles.switch} />;
}

/** Takes words and a control; puts them as those of a switch stand. */
export function SwitchLine({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={styles.line}>{children}</div>;
}
