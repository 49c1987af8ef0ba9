import type { KeyboardEvent, ReactElement } from 'react';
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Instant } from '../../../shared/time.ts';
import type { ZoneChoice } from '../../time-zones.ts';
import { allZones, computerZone, likelyFirst, presentZone, zoneOf, zonesNamed, zoneText } from '../../time-zones.ts';
import { words } from '../../words.ts';
import { Field } from '../field.tsx';
import { ForReaders, Quiet } from '../text.tsx';
import { TextField } from '../text-field.tsx';
import { Problem } from './problem.tsx';
import styles from './time-zone-field.module.css';

const said = words.settings.choices.hours;

export interface TimeZoneFieldProps {
  /** The id of a zone, or what a person has typed that is none. */
  readonly zone: string;
  /** The zone of the calendar, which is likely meant, too. */
  readonly calendarZone: string | null;
  readonly now: Instant;
  readonly problem: string | undefined;
  readonly onChange: (zone: string) => void;
}

/**
 * A time zone that is found by typing a city or the name of its time: an editable combo box with a list (ARIA Authoring
 * Practices, "Editable Combobox With List Autocomplete"). What was typed stays, also where it is no zone.
 */
export function TimeZoneField({ zone, now, problem, onChange, ...props }: TimeZoneFieldProps): ReactElement {
  const calendarZone = props.calendarZone === null ? null : presentZone(props.calendarZone);
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [open, setOpen] = useState(false);
  /** All zones, once they were needed; null before. */
  const [known, setKnown] = useState<readonly ZoneChoice[] | null>(null);
  /** What is looked for; what stands in the field when it opens is no search. */
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(-1);
  const [typed, setTyped] = useState<{ readonly text: string; readonly zone: string } | null>(null);
  const text = typed !== null && typed.zone === zone ? typed.text : zoneText(zone);

  const here = computerZone();
  const found = useMemo(() => {
    const zones = known ?? [];
    return search === '' ? likelyFirst(zones, [here, calendarZone ?? here, 'UTC']) : zonesNamed(zones, search);
  }, [known, search, here, calendarZone]);
  useLayoutEffect(() => {
    if (open) list.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  useLayoutEffect(() => {
    if (open) list.current?.children.item(active)?.scrollIntoView({ block: 'nearest' });
  }, [open, active]);

  const learn = (): readonly ZoneChoice[] => {
    const zones = known ?? allZones(now);
    setKnown(zones);
    return zones;
  };
  const show = (): void => {
    learn();
    setOpen(true);
    setSearch('');
    setActive(-1);
  };
  const choose = (choice: ZoneChoice | undefined): void => {
    setOpen(false);
    if (choice === undefined) return;
    setTyped(null);
    onChange(choice.id);
  };
  const leave = (): void => {
    setOpen(false);
    // Because "europe/berlin" is what was meant, and is then shown as it is called.
    if (known !== null && zoneOf(known, text) !== null) setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = found.length - 1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) show();
      else if (event.key === 'ArrowDown') setActive(active >= last ? 0 : active + 1);
      else setActive(active <= 0 ? last : active - 1);
    } else if (open && event.key === 'Enter') {
      // Otherwise it would keep the hours before they are complete.
      event.preventDefault();
      choose(found[active]);
    } else if (open && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const wrong = problem !== undefined && !open;
  const nothing = open && found.length === 0;
  return (
    <Field className={styles.field}>
      <label htmlFor={id}>{said.zone}</label>
      <div className={styles.box}>
        <TextField
          id={id}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          {...(open && active >= 0 ? { 'aria-activedescendant': `${id}-${active}` } : {})}
          aria-invalid={wrong}
          aria-describedby={`${id}-problem`}
          value={text}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => (open ? setOpen(false) : show())}
          onBlur={leave}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            const next = event.currentTarget.value;
            const nextZone = zoneOf(learn(), next) ?? next;
            setOpen(true);
            setSearch(next);
            setActive(next.trim() === '' ? -1 : 0);
            setTyped({ text: next, zone: nextZone });
            onChange(nextZone);
          }}
        />
        <ul
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={said.zone}
          className={styles.list}
          hidden={!open || nothing}
        >
          {open
            ? found.map((choice, index) => (
                <li
                  key={choice.id}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={choice.id === zone}
                  className={styles.zone}
                  data-active={index === active}
                  // Otherwise the field would lose the focus, and the list would close before it is chosen from.
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => choose(choice)}
                >
                  <span>{choice.text}</span>
                  <Quiet as="span">{about(choice, here, calendarZone)}</Quiet>
                </li>
              ))
            : null}
        </ul>
      </div>
      <ForReaders as="p" role="status">
        {open && search !== '' && !nothing ? said.zonesFound(found.length) : ''}
      </ForReaders>
      <Problem id={`${id}-problem`} text={nothing ? said.zonesNone(search) : wrong ? problem : undefined} />
    </Field>
  );
}

function about(zone: ZoneChoice, here: string, calendarZone: string | null): string {
  const marks = [
    ...(zone.id === here ? [said.zoneHere] : []),
    ...(zone.id === calendarZone ? [said.zoneOfCalendar] : []),
  ];
  return [...marks, zone.name].filter((part) => part !== '').join(' · ');
}
