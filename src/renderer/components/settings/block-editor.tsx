import { Plus, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useId, useRef } from 'react';
import type { CalendarView } from '../../../shared/dto.ts';
import { blockPolicySchema } from '../../../shared/dto.ts';
import type { BlockLook } from '../../block-look.ts';
import { blockParts, colourOf, eventColours, longestBuffer, partsIn } from '../../block-look.ts';
import { classes } from '../../classes.ts';
import { words } from '../../words.ts';
import { Button } from '../button.tsx';
import { Field } from '../field.tsx';
import { markStyle } from '../mark.tsx';
import { Switch } from '../switch.tsx';
import { Quiet } from '../text.tsx';
import { TextField } from '../text-field.tsx';
import styles from './block-editor.module.css';
import { BlockSample } from './block-sample.tsx';
import { ButtonRow } from './button-row.tsx';
import { calendarName } from './calendar-table.tsx';
import { Choice, Choices } from './choices.tsx';
import { MinutesChoice } from './minutes-choice.tsx';
import { Problem } from './problem.tsx';
import { Radio } from './radio.tsx';

const said = words.settings.blocks;
const { buffers, outOfOffice, place, tellPrivate } = words.settings.choices;
const usualBuffers: readonly number[] = [0, 5, 10, 15, 30, 60];
/** The longest title that is kept (`blockPolicySchema`). */
const longestTitle = blockPolicySchema.shape.summary.maxLength ?? 0;

export interface BlockEditorProps {
  readonly look: BlockLook;
  readonly onChange: (look: BlockLook) => void;
}

export interface BlockEditorWithSampleProps extends BlockEditorProps {
  readonly locale: string | undefined;
  /** The calendars that get the blocks. */
  readonly targets: readonly CalendarView[];
}

/**
 * What a block shows: its title and place, who sees them, the time around it, its kind and colour; with a picture of it,
 * and a warning where it tells more than “busy”.
 */
export function BlockEditor({ look, onChange, locale, targets }: BlockEditorWithSampleProps): ReactElement {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const parts = partsIn(look.summary);
  const told = [...parts.map((part) => said.parts[part]), ...(look.place ? [place.part] : [])];
  const empty = look.summary.trim() === '';
  const add = (part: string): void => {
    const input = field.current;
    const at = input?.selectionEnd ?? look.summary.length;
    const [before, after] = [look.summary.slice(0, at), look.summary.slice(at)];
    const space = /[\p{L}\p{N}}]$/u.test(before) ? ' ' : '';
    onChange({ ...look, summary: `${before}${space}{${part}}${after}` });
    input?.focus();
  };
  return (
    <div className={styles.editor}>
      <Field strong>
        <label htmlFor={`${id}-title`}>{said.titleLabel}</label>
        <TextField
          ref={field}
          id={`${id}-title`}
          dir="auto"
          maxLength={longestTitle}
          value={look.summary}
          aria-invalid={empty}
          aria-describedby={`${id}-problem ${id}-tells`}
          onChange={(event) => onChange({ ...look, summary: event.currentTarget.value })}
        />
        <ButtonRow>
          <Quiet as="span">{said.titleHint}</Quiet>
          {blockParts
            .filter((part) => !parts.includes(part))
            .map((part) => (
              <Button key={part} look="small" aria-label={said.partButton(said.parts[part])} onClick={() => add(part)}>
                <Plus size={14} aria-hidden />
                {said.parts[part]}
              </Button>
            ))}
        </ButtonRow>
        <Problem id={`${id}-problem`} text={empty ? said.titleEmpty : undefined} />
      </Field>

      <div className={styles.told}>
        <Switch
          label={place.label}
          hint={place.meaning}
          on={look.place}
          disabled={false}
          onChange={(on) => onChange({ ...look, place: on })}
        />
        {look.place || parts.includes('title') ? (
          <Switch
            label={tellPrivate.label}
            hint={tellPrivate.meaning}
            on={look.tellPrivate}
            disabled={false}
            onChange={(on) => onChange({ ...look, tellPrivate: on })}
          />
        ) : null}
        {/* One live region for both, so that a screen reader hears it while the title is typed. */}
        <div id={`${id}-tells`} role="status">
          {told.length === 0 ? (
            <Quiet>{empty ? '' : said.tellsNothing}</Quiet>
          ) : (
            <p className={styles.warning}>
              <TriangleAlert size={16} aria-hidden />
              <span>{said.tells(told, look.visibility)}</span>
            </p>
          )}
        </div>
      </div>

      <Choices legend={said.visibilityLabel(look.place)}>
        {blockPolicySchema.shape.visibility.options.map((visibility) => (
          <Choice
            key={visibility}
            name={`${id}-visibility`}
            label={said.visibility[visibility]}
            meaning={said.visibilityMeaning[visibility]}
            checked={look.visibility === visibility}
            onChange={() => onChange({ ...look, visibility })}
          />
        ))}
      </Choices>

      <Choices legend={buffers.legend}>
        <div className={styles.buffers}>
          {(['bufferBefore', 'bufferAfter'] as const).map((name) => (
            <MinutesChoice
              key={name}
              label={name === 'bufferBefore' ? buffers.before : buffers.after}
              minutes={look[name]}
              usual={usualBuffers}
              none={buffers.none}
              most={longestBuffer}
              describedBy={`${id}-buffers`}
              onChange={(minutes) => onChange({ ...look, [name]: minutes })}
            />
          ))}
        </div>
        <Quiet id={`${id}-buffers`}>{buffers.meaning}</Quiet>
      </Choices>

      <Switch
        label={outOfOffice.label}
        hint={outOfOffice.meaning}
        on={look.outOfOffice}
        disabled={false}
        onChange={(on) => onChange({ ...look, outOfOffice: on })}
      />
      {look.outOfOffice ? <OrdinaryThere targets={targets} /> : null}

      <Choices legend={said.colourLabel}>
        <div className={styles.colours}>
          <Colour name={`${id}-colour`} label={said.colourNone} colour={null} look={look} onChange={onChange} />
          {Object.keys(eventColours).map((colour) => (
            <Colour
              key={colour}
              name={`${id}-colour`}
              label={said.colours[colour as keyof typeof said.colours]}
              colour={colour}
              look={look}
              onChange={onChange}
            />
          ))}
        </div>
      </Choices>

      <BlockSample look={look} locale={locale} />
    </div>
  );
}

interface ColourProps extends BlockEditorProps {
  readonly name: string;
  readonly label: string;
  readonly colour: string | null;
}

function Colour({ name, label, colour, look, onChange }: ColourProps): ReactElement {
  return (
    <label className={styles.colour}>
      <Radio name={name} checked={look.colorId === colour} onChange={() => onChange({ ...look, colorId: colour })} />
      <span
        className={classes(styles.swatch, colour === null && styles.none)}
        style={markStyle(colourOf(colour))}
        aria-hidden
      />
      <span>{label}</span>
    </label>
  );
}

/** Which calendars get ordinary blocks all the same, and why. */
function OrdinaryThere({ targets }: { readonly targets: readonly CalendarView[] }): ReactElement | null {
  const named = (why: CalendarView['outOfOffice']): readonly string[] =>
    targets.filter((target) => target.outOfOffice === why).map(calendarName);
  const [refused, notMain] = [named('refused'), named('not-main')];
  if (refused.length + notMain.length === 0) return null;
  return (
    <Quiet>
      {refused.length === 0 ? null : outOfOffice.refused(refused)}{' '}
      {notMain.length === 0 ? null : outOfOffice.notMain(notMain)}
    </Quiet>
  );
}
