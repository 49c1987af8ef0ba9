import { Compass, PencilLine, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { SettingsPage } from '../../../shared/ipc.ts';
import { classes } from '../../classes.ts';
import type { Place } from '../../settings-places.ts';
import { placeNames, places } from '../../settings-places.ts';
import { words } from '../../words.ts';
import { DemoBadge } from '../demo-badge.tsx';
import styles from './sidebar.module.css';

export interface SidebarProps {
  readonly page: SettingsPage;
  /** Places that hold what was typed and not applied. */
  readonly drafted: ReadonlySet<Place>;
  /** Places where what is the person's is looked after. */
  readonly needing: ReadonlySet<Place>;
  readonly demo: boolean;
}

/** The list of places, each with what is the matter there. */
export function Sidebar({ page, drafted, needing, demo }: SidebarProps): ReactElement {
  return (
    <nav className={styles.sidebar} aria-label={words.settings.sidebar}>
      <div className={styles.list}>
        <ul>
          {placeNames.map((name) => {
            const { title, Icon } = places[name];
            return (
              <li key={name}>
                <a href={`#${name}`} className={styles.place} aria-current={name === page ? 'page' : undefined}>
                  <Icon size={16} aria-hidden />
                  <span>{title}</span>
                  {drafted.has(name) ? (
                    <PencilLine
                      className={styles.draft}
                      size={14}
                      aria-label={words.settings.blocks.unsaved}
                      role="img"
                    />
                  ) : null}
                  {needing.has(name) ? (
                    <TriangleAlert
                      className={styles.need}
                      size={14}
                      aria-label={words.settings.pageNeedsYou}
                      role="img"
                    />
                  ) : null}
                </a>
              </li>
            );
          })}
        </ul>
        <a href="#guide" className={classes(styles.place, styles.guide)}>
          <Compass size={16} aria-hidden />
          <span>{words.settings.openGuide}</span>
        </a>
        {demo ? <DemoBadge /> : null}
      </div>
    </nav>
  );
}
