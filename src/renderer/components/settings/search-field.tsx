import { Search } from 'lucide-react';
import type { ReactElement } from 'react';

export interface SearchFieldProps {
  /** Names the field, and stands in it while it is empty. */
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** A field that narrows a list while one types. Escape empties it, and only then does what Escape does elsewhere. */
export function SearchField({ label, text, onChange }: SearchFieldProps): ReactElement {
  return (
    <label className="search">
      <Search size={16} aria-hidden />
      <span className="for-readers">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === '') return;
          event.stopPropagation();
          onChange('');
        }}
      />
    </label>
  );
}
