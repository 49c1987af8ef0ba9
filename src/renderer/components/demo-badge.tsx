import type { ReactElement } from 'react';
import { words } from '../words.ts';
import styles from './demo-badge.module.css';

/** That all of this is made up. */
export function DemoBadge(): ReactElement {
  return (
    <span className={styles.badge} title={words.demoMeaning}>
      {words.demo}
    </span>
  );
}
