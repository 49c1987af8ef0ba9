import { fork, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { relative } from 'node:path';

export interface RestartedOptions {
  /** A file that Node runs. It must end by itself once it is told `end`, or its channel is gone. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Folders of its sources. */
  readonly watched: readonly string[];
  /** Takes one line, without its end. */
  readonly say: (line: string) => void;
  /** Takes what the program sends, and the number of its process. */
  readonly onMessage: (message: unknown, process: number) => void;
}

/** A program that runs beside this one. */
export interface Restarted {
  /** Ends it, and waits until it has ended. */
  close(): Promise<void>;
}

/** What a program is worked on by: other files (notes, copies that an editor makes) are no reason to start it anew. */
const source = /\.(?:tsx?|mjs|cjs|json)$/;
/** Milliseconds in which several changes are one: a branch that is checked out changes many files. */
const together = 150;
/** Milliseconds after which a program that was told to end is killed. */
const patience = 5000;

/**
 * Starts a program and starts it anew whenever one of its sources changes, one at a time: the next one begins when the last has
 * ended. One that ends by itself, because it does not compile or breaks, is started again by the next change.
 */
export function startRestarted({ program, args = [], watched, say, onMessage }: RestartedOptions): Restarted {
  let child: ChildProcess | null = null;
  let due: NodeJS.Timeout | null = null;
  let turn: Promise<void> = Promise.resolve();
  let closed = false;

  const start = (): void => {
    const started = fork(program, args, { stdio: 'inherit' });
    child = started;
    started.on('message', (message) => onMessage(message, started.pid ?? 0));
    started.on('error', (error) => say(`It could not be started: ${error.message}`));
    started.on('exit', (code, signal) => {
      if (child !== started) return;
      child = null;
      say(`It has ended (${signal ?? code}). The next change of a file starts it again.`);
    });
  };

  const stop = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((done) => running.once('exit', done));
    if (running.connected) running.send('end', () => undefined);
    const kill = setTimeout(() => running.kill('SIGKILL'), patience);
    await ended;
    clearTimeout(kill);
  };

  const restart = (file: string): void => {
    if (due !== null) clearTimeout(due);
    due = setTimeout(() => {
      due = null;
      turn = turn.then(async () => {
        if (closed) return;
        say(`${file} has changed: starting anew …`);
        await stop();
        start();
      });
    }, together);
  };

  const watchers = watched.map((folder) =>
    watch(folder, { recursive: true }, (_event, name) => {
      if (name !== null && source.test(name) && !closed) restart(`${relative(process.cwd(), folder)}/${name}`);
    }).on('error', (error) => say(`Changes are not seen any more: ${error.message}`)),
  );
  start();
  return {
    async close() {
      closed = true;
      if (due !== null) clearTimeout(due);
      for (const watcher of watchers) watcher.close();
      await turn;
      await stop();
    },
  };
}
