import type { ReactElement, RefObject, SyntheticEvent } from 'react';
import { useEffect, useRef } from 'react';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { Quiet } from '../text.tsx';
import { ButtonRow } from './button-row.tsx';

const said = words.settings.blocks;

export interface DraftActionsProps {
  /** What is kept or discarded, for those who hear the buttons without their surroundings. */
  readonly what: string;
  /** Whether it cannot be kept now; trying leads to the field that stands against it. */
  readonly waits: boolean;
  readonly onDiscard: () => void;
}

/** What stands below fields that were changed: that nothing is kept yet, and the buttons that end this. */
export function DraftActions({ what, waits, onDiscard }: DraftActionsProps): ReactElement {
  return (
    <ButtonRow at="apart">
      <Quiet as="span">{said.unsaved}</Quiet>
      <Button aria-label={`${said.discard} ${what}`} onClick={onDiscard}>
        {said.discard}
      </Button>
      <Button look="main" type="submit" aria-label={`${said.save} ${what}`} aria-disabled={waits}>
        {said.save}
      </Button>
    </ButtonRow>
  );
}

/**
 * Takes whether a form holds changes; returns what to set on it. When its buttons go, because the changes were kept or
 * discarded, whoever uses the keyboard is brought to its first field and not to the top of the page.
 */
export function useDraftForm(changed: boolean): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  const before = useRef(changed);
  useEffect(() => {
    const ended = before.current && !changed;
    before.current = changed;
    if (ended && document.activeElement === document.body) firstField(form.current)?.focus();
  }, [changed]);
  return form;
}

function firstField(form: HTMLFormElement | null): HTMLElement | null {
  return form?.querySelector<HTMLElement>('input, select, textarea, button') ?? null;
}

/** Takes the event of a form that is to be kept; returns whether all of it can be, else goes to what cannot. */
export function goesThrough(event: SyntheticEvent<HTMLFormElement>): boolean {
  event.preventDefault();
  const wrong = event.currentTarget.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid="true"]');
  wrong?.focus();
  return wrong === null;
}
