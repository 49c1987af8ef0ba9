import type { ReactElement } from 'react';
import { useRef, useState } from 'react';
import type { Status } from '../../shared/dto.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { second } from '../../shared/time.ts';
import { useHeldFor } from '../hooks.ts';
import type { PageBridge } from '../page-bridge.ts';
import { words } from '../words.ts';
import { Bullets } from './bullets.tsx';
import { Button } from './button.tsx';
import styles from './sign-in-help.module.css';
import { Quiet } from './text.tsx';

const said = words.signInHelp;

export interface SignInHelpProps {
  readonly bridge: PageBridge;
  readonly signIn: Status['signIn'];
  readonly tell: (answer: Result<unknown, AppError>) => void;
}

/**
 * What helps whoever sees no page of the sign-in, or an error of Google's on it: the address to open themselves, and what the usual
 * errors mean. After five seconds, or at once where no browser could be opened.
 */
export function SignInHelp({ bridge, signIn, tell }: SignInHelpProps): ReactElement | null {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  const slow = useHeldFor(signIn !== null, 5 * second);
  if (signIn === null || (!slow && signIn.opened !== 'failed')) return null;
  const { address, opened } = signIn;
  const copy = async (): Promise<void> => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(address);
      setCopied(said.copied);
    } catch {
      // The text is selected, so that the keyboard can do it where the page may not.
      setCopied(said.selected);
    }
  };
  return (
    <section className={styles.help} aria-label={said.name}>
      <p>{opened === 'failed' ? said.failed : said.slow}</p>
      <div className={styles.address}>
        <input
          ref={field}
          type="text"
          readOnly
          aria-label={said.address}
          value={address}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button onClick={() => void copy()}>{said.copy}</Button>
        <Button onClick={() => void bridge.call('account.openAgain').then(tell)}>{said.openAgain}</Button>
      </div>
      <Quiet role="status">{copied ?? ''}</Quiet>
      <details>
        <summary>{said.errors}</summary>
        <Bullets points={said.usualErrors} />
      </details>
    </section>
  );
}
