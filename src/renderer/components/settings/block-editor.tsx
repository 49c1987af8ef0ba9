import { Plus, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useId, useRef } from 'react';
import type { BlockLook } from '../../block-look.ts';
import { blockParts, colourOf, eventColours, partsIn, sampleSummary } from '../../block-look.ts';
import { words } from '../../words.ts';
import { markStyle } from '../mark.ts';

const said = words.settings.blocks;
/** The longest title that is kept (`blockPolicySchema`). */
const longestTitle = 1024;

export interface BlockEditorProps {
  readonly look: BlockLook;
  readonly onChange: (look: BlockLook) => void;
}

/** What a block shows: its title, who sees it, its colour; with a picture of it, and a warning where it tells more. */
export function BlockEditor({ look, onChange }: BlockEditorProps): ReactElement {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const told = partsIn(look.summary);
  const empty = look.summary.trim() === '';
  const add = (part: string): void => {
    const input = field.current;
    const at = input?.selectionEnd ?? look.summary.length;
    onChange({ ...look, summary: `${look.summary.slice(0, at)}{${part}}${look.summary.slice(at)}` });
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
          aria-describedby={`${id}-tells`}
          onChange={(event) => onChange({ ...look, summary: event.currentTarget.value })}
        />
        <div className="part-buttons">
          <span className="quiet">{said.titleHint}</span>
          {blockParts
            .filter((part) => !told.includes(part))
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
        {/* One live region for good and bad news, so that a screen reader hears it while the title is typed. */}
        <div id={`${id}-tells`} role="status">
          {empty ? (
            <p className="warning">
              <TriangleAlert size={16} aria-hidden />
              <span>{said.titleEmpty}</span>
            </p>
          ) : told.length === 0 ? (
            <p className="quiet">{said.tellsNothing}</p>
          ) : (
            <p className="warning">
              <TriangleAlert size={16} aria-hidden />
              <span>
                {said.tells(
                  told.map((part) => said.parts[part]),
                  look.visibility,
                )}
              </span>
            </p>
          )}
        </div>
      </div>

      <fieldset className="choices">
        <legend>{said.visibilityLabel}</legend>
        {(['private', 'default'] as const).map((visibility) => (
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

      <Sample look={look} />
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

function Sample({ look }: { readonly look: BlockLook }): ReactElement {
  const title = sampleSummary(look.summary);
  const views = [
    { who: said.sampleYou, title },
    { who: said.sampleOthers, title: look.visibility === 'private' ? said.sampleBusy : title },
  ];
  return (
    <figure className="sample">
      <figcaption>{said.sample}</figcaption>
      <div className="sample-views">
        {views.map((view) => (
          <div key={view.who}>
            <p className="quiet">{view.who}</p>
            <div className="sample-block" style={markStyle(colourOf(look.colorId))}>
              <p className="sample-title">
                <bdi>{view.title === '' ? '…' : view.title}</bdi>
              </p>
              <p className="quiet">{said.sampleTime}</p>
            </div>
          </div>
        ))}
      </div>
    </figure>
  );
}
