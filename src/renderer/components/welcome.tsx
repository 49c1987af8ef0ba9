import type { ReactElement } from 'react';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { Quiet } from './text.tsx';
import styles from './welcome.module.css';

/** What is there before there is an account: what CalSync does, and the way to the step that is due. */
export function Welcome({ onBegin }: { readonly onBegin: () => void }): ReactElement {
  return (
    <section className={styles.welcome}>
      <p>{words.empty.sentence}</p>
      <Quiet>{words.empty.promise}</Quiet>
      <Button look="main" onClick={onBegin}>
        {words.empty.button}
      </Button>
    </section>
  );
}
