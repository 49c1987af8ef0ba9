import type { LucideIcon } from 'lucide-react';
import { CircleHelp, TriangleAlert, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { Health } from '../../../shared/health.ts';
import { healthSaid } from '../../../shared/health-words.ts';
import type { Instant } from '../../../shared/time.ts';
import type { Viewer } from '../../format.ts';
import { voiceOf } from '../../format.ts';
import { matterFor, words } from '../../words.ts';
import { Button, IconButton } from '../button.tsx';
import { Quiet } from '../text.tsx';
import styles from './banner.module.css';

/** What matters more than the page below it. */
function Banner(props: { readonly icon: LucideIcon; readonly children: ReactNode }): ReactElement {
  const { icon: Icon, children } = props;
  return (
    <div className={styles.banner} role="alert">
      <Icon size={16} aria-hidden />
      {children}
    </div>
  );
}

function BannerWords(props: { readonly sentence: ReactNode; readonly meaning: string }): ReactElement {
  return (
    <div className={styles.words}>
      <p>{props.sentence}</p>
      <Quiet>{props.meaning}</Quiet>
    </div>
  );
}

export interface WaitBannerProps {
  /** How the page has lost its connection; null where it has not. */
  readonly lost: 'lost' | 'ended' | null;
  readonly health: Health;
  readonly now: Instant;
  readonly viewer: Viewer;
  readonly onTryAgain: () => void;
}

/**
 * That the page or the engine is away, and all that is shown is as it was; or that the disk or the keychain is waited
 * for.
 */
export function WaitBanner({ lost, health, now, viewer, onTryAgain }: WaitBannerProps): ReactElement {
  const { heading, meaning, step } = healthSaid(health, voiceOf(now, viewer));
  return (
    <Banner icon={TriangleAlert}>
      {lost === null ? <BannerWords sentence={heading} meaning={meaning} /> : <p>{words.settings[lost]}</p>}
      {lost === null && step === 'try-again' ? <Button onClick={onTryAgain}>{words.steps['try-again']}</Button> : null}
    </Banner>
  );
}

export interface FailureBannerProps {
  readonly error: AppError;
  readonly onDismiss: () => void;
  readonly onSetUp: () => void;
}

/** Why what the person asked for last failed. */
export function FailureBanner({ error, onDismiss, onSetUp }: FailureBannerProps): ReactElement {
  const matter = matterFor(error);
  return (
    <Banner icon={matter.step === 'wait' ? CircleHelp : TriangleAlert}>
      <BannerWords sentence={<bdi>{matter.sentence}</bdi>} meaning={matter.action} />
      {matter.step === 'set-up' ? <Button onClick={onSetUp}>{words.steps['set-up']}</Button> : null}
      <IconButton name={words.dismiss} onClick={onDismiss}>
        <X size={16} aria-hidden />
      </IconButton>
    </Banner>
  );
}
