import { MapPin, Plus, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useId, useRef } from 'react';
import type { CalendarView } from '../../../shared/dto.ts';
import { blockPolicySchema } from '../../../shared/dto.ts';
import type { BlockLook } from '../../block-look.ts';
import {
  blockParts,
  colourOf,
  eventColours,
  longestBuffer,
  partsIn,
  sampleSummary,
  sampleTimes,
} from '../../block-look.ts';
import { words } from '../../words.ts';
import { markStyle } from '../mark.ts';
import { Switch } from '../switch.tsx';
import { calendarName } from './calendar-table.tsx';
import { MinutesChoice } from './minutes-choice.tsx';
import { Problem } from './problem.tsx';

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
    <div className="block-editor">
      <div className="field">
        <label htmlFor={`${id}-title`}>{said.titleLabel}</label>
        <input
          ref={field}
          id={`${id}-title`}
          type="text"
          dir="auto"
          maxLength={longestTitle}
          autoComplete="off"
          spellCheck={false}
          value={look.summary}
          aria-invalid={empty}
          aria-describedby={`${id}-problem ${id}-tells`}
          onChange={(event) => onChange({ ...look, summary: event.currentTarget.value })}
        />
        <div className="part-buttons">
          <span className="quiet">{said.titleHint}</span>
          {blockParts
            .filter((part) => !parts.includes(part))
            .map((part) => (
              <button
                key={part}
                type="button"
                className="button button-small"
                aria-label={said.partButton(said.parts[part])}
                onClick={() => add(part)}
              >
                <Plus size={14} aria-hidden />
                {said.parts[part]}
              </button>
            ))}
        </div>
        <Problem id={`${id}-problem`} text={empty ? said.titleEmpty : undefined} />
      </div>

      <div className="told">
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
            <p className="quiet">{empty ? '' : said.tellsNothing}</p>
          ) : (
            <p className="warning">
              <TriangleAlert size={16} aria-hidden />
              <span>{said.tells(told, look.visibility)}</span>
            </p>
          )}
        </div>
      </div>

      <fieldset className="choices">
        <legend>{said.visibilityLabel(look.place)}</legend>
        {blockPolicySchema.shape.visibility.options.map((visibility) => (
          <label key={visibility} className="choice">
            <input
              type="radio"
              name={`${id}-visibility`}
              checked={look.visibility === visibility}
              onChange={() => onChange({ ...look, visibility })}
            />
            <span>
              {said.visibility[visibility]}
              <span className="quiet choice-meaning">{said.visibilityMeaning[visibility]}</span>
            </span>
          </label>
        ))}
      </fieldset>

      <fieldset className="choices">
        <legend>{buffers.legend}</legend>
        <div className="buffers">
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
        <p id={`${id}-buffers`} className="quiet">
          {buffers.meaning}
        </p>
      </fieldset>

      <Switch
        label={outOfOffice.label}
        hint={outOfOffice.meaning}
        on={look.outOfOffice}
        disabled={false}
        onChange={(on) => onChange({ ...look, outOfOffice: on })}
      />
      {look.outOfOffice ? <OrdinaryThere targets={targets} /> : null}

      <fieldset className="choices">
        <legend>{said.colourLabel}</legend>
        <div className="colours">
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
      </fieldset>

      <Sample look={look} locale={locale} />
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
    <label className="colour">
      <input
        type="radio"
        name={name}
        checked={look.colorId === colour}
        onChange={() => onChange({ ...look, colorId: colour })}
      />
      <span
        className={colour === null ? 'swatch swatch-none' : 'swatch'}
        style={markStyle(colourOf(colour))}
        aria-hidden
      />
      <span>{label}</span>
    </label>
  );
}

function Sample({ look, locale }: { readonly look: BlockLook; readonly locale: string | undefined }): ReactElement {
  const title = sampleSummary(look.summary);
  const event = sampleTimes(0, 0, locale);
  const block = sampleTimes(look.bufferBefore, look.bufferAfter, locale);
  const hidden = look.visibility === 'private';
  const views = [
    { who: said.sampleYou, title, place: look.place },
    { who: said.sampleOthers, title: hidden ? said.sampleBusy : title, place: look.place && !hidden },
  ];
  return (
    <figure className="sample">
      <figcaption>
        {said.sample}
        <span className="quiet sample-of">{said.sampleOf(event.from, event.to)}</span>
      </figcaption>
      <div className="sample-views">
        {views.map((view) => (
          <div key={view.who}>
            <p className="quiet">{view.who}</p>
            <div className="sample-block" style={markStyle(colourOf(look.colorId))}>
              <p className="sample-title">
                <bdi>{view.title === '' ? '…' : view.title}</bdi>
              </p>
              <p className="quiet">
                {block.from} – {block.to}
              </p>
              {view.place ? (
                <p className="quiet sample-place">
                  <MapPin size={14} aria-hidden />
                  {said.samplePlace}
                </p>
              ) : null}
            </div>
          </div>
        ))}
      </div>
    </figure>
  );
}

/** Which calendars get ordinary blocks all the same, and why. */
function OrdinaryThere({ targets }: { readonly targets: readonly CalendarView[] }): ReactElement | null {
  const named = (why: CalendarView['outOfOffice']): readonly string[] =>
    targets.filter((target) => target.outOfOffice === why).map(calendarName);
  const [refused, notMain] = [named('refused'), named('not-main')];
  if (refused.length + notMain.length === 0) return null;
  return (
    <p className="quiet">
      {refused.length === 0 ? null : outOfOffice.refused(refused)}{' '}
      {notMain.length === 0 ? null : outOfOffice.notMain(notMain)}
    </p>
  );
}
