import { Search } from 'lucide-react';
import type { ReactElement } from 'react';
import { ForReaders } from '../text.tsx';
import styles from './search-field.module.css';

export interface SearchFieldProps {
  /** Names the field, and stands in it while it is empty. */
  readonly label: string;
  readonly text: string;
  readonly maxLength?: number;
  /** The id of what explains it. */
  readonly describedBy?: string;
  readonly onChange: (text: string) => void;
}

/** A field for what is looked for. Escape empties it, and only then does what Escape does elsewhere. */
export function SearchField({ label, text, maxLength, describedBy, onChange }: SearchFieldProps): ReactElement {
  return (
    <label className={styles.search}>
      <Search size={16} aria-hidden />
      <ForReaders>{label}</ForReaders>
      <input
        type="search"
        maxLength={maxLength}
        placeholder={label}
        aria-describedby={describedBy}
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
