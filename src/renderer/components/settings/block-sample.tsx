import { MapPin } from 'lucide-react';
import type { ReactElement } from 'react';
import type { BlockLook } from '../../block-look.ts';
import { colourOf, sampleSummary, sampleTimes } from '../../block-look.ts';
import { classes } from '../../classes.ts';
import { words } from '../../words.ts';
import { markStyle } from '../mark.tsx';
import { Quiet } from '../text.tsx';
import styles from './block-sample.module.css';

const said = words.settings.blocks;

export interface BlockSampleProps {
  readonly look: BlockLook;
  readonly locale: string | undefined;
}

/** A block as it would stand for a made-up event: what the person sees of it, and what others see. */
export function BlockSample({ look, locale }: BlockSampleProps): ReactElement {
  const title = sampleSummary(look.summary);
  const event = sampleTimes(0, 0, locale);
  const block = sampleTimes(look.bufferBefore, look.bufferAfter, locale);
  const hidden = look.visibility === 'private';
  const views = [
    { who: said.sampleYou, title, place: look.place },
    { who: said.sampleOthers, title: hidden ? said.sampleBusy : title, place: look.place && !hidden },
  ];
  return (
    <figure className={styles.sample}>
      <figcaption>
        {said.sample}
        <Quiet as="span" className={styles.of}>
          {said.sampleOf(event.from, event.to)}
        </Quiet>
      </figcaption>
      <div className={styles.views}>
        {views.map((view) => (
          <div key={view.who}>
            <Quiet>{view.who}</Quiet>
            <div className={styles.block} data-sample style={markStyle(colourOf(look.colorId))}>
              <p className={styles.title}>
                <bdi>{view.title === '' ? '…' : view.title}</bdi>
              </p>
              <p className={styles.fact}>
                {block.from} – {block.to}
              </p>
              {view.place ? (
                <p className={classes(styles.fact, styles.place)}>
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
