import { createInterface } from 'node:readline';
import { runCli } from './run.ts';
import type { CliIo, TextOutput } from './terminal.ts';

/** Put in by the build (vite.config.ts) from package.json. */
declare const __CALSYNC_VERSION__: string;

function output(stream: NodeJS.WriteStream): TextOutput {
  // A reader that has gone (`| head`) is no fault of ours and must not end in a stack trace.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : null;
    },
  };
}

async function readLine(signal: AbortSignal): Promise<string | null> {
  if (signal.aborted) return null;
  const reader = createInterface({ input: process.stdin });
  try {
    return await new Promise((resolve) => {
      reader.once('line', resolve);
      reader.once('close', () => resolve(null));
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
  } finally {
    reader.close();
  }
}

const stop = new AbortController();
const onSignal = (name: NodeJS.Signals): void => {
  // The first one lets the running write finish; whoever asks twice wants out now.
  if (stop.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
  stop.abort();
};
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);

const io: CliIo = {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  stdin: { isTTY: process.stdin.isTTY, readLine },
  env: process.env,
  cwd: process.cwd(),
  now: () => Date.now(),
  every: (milliseconds, work) => {
    const timer = setInterval(work, milliseconds);
    return () => clearInterval(timer);
  },
  signal: stop.signal,
};

// Loaded when it is needed, because `--help` and a mistyped option should not wait for a database and Google's library.
process.exitCode = await runCli(process.argv.slice(2), io, __CALSYNC_VERSION__, () => import('../app/index.ts'));
process.off('SIGINT', onSignal);
process.off('SIGTERM', onSignal);
