import { ChevronUp, Pause, Settings } from 'lucide-react';
import type { ReactElement } from 'react';
import type { PauseChoice, Status } from '../../shared/dto.ts';
import { pauseChoiceSchema } from '../../shared/dto.ts';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { DemoBadge } from './demo-badge.tsx';
import { Menu } from './menu.tsx';
import styles from './popup-foot.module.css';

export interface PopupFootProps {
  readonly status: Status;
  /** Whether nobody is there who would do what is asked. */
  readonly away: boolean;
  readonly onPause: (until: PauseChoice) => void;
  readonly onSettings: () => void;
}

/** What is always at hand: the pause, and the way to the settings. */
export function PopupFoot({ status, away, onPause, onSettings }: PopupFootProps): ReactElement {
  return (
    <footer className={styles.foot} inert={away}>
      {status.accounts.length === 0 ? <span /> : <PauseMenu onPause={onPause} />}
      {status.demo ? <DemoBadge /> : null}
      <Button look="foot" onClick={onSettings}>
        <Settings size={16} aria-hidden />
        {words.openSettings}
      </Button>
    </footer>
  );
}

function PauseMenu({ onPause }: Pick<PopupFootProps, 'onPause'>): ReactElement {
  return (
    <Menu
      label={words.pause}
      face={
        <>
          <Pause size={16} aria-hidden />
          {words.pause}
          <ChevronUp size={16} aria-hidden />
        </>
      }
      faceIsName
      look="foot"
      side="above"
      items={pauseChoiceSchema.options.map((until) => ({
        key: until,
        label: words.pauseFor[until],
        onChoose: () => onPause(until),
      }))}
    />
  );
}
