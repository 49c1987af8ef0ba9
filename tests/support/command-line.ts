import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const version = 'data:text/javascript,globalThis.__CALSYNC_VERSION__="9.8.7"';

/** How a command ended, and what it said. */
export interface Said {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Takes the words and the environment of a command, and what hears the lines of its standard output as they come; runs it in a process
 * of its own, which has no terminal, as a timetable does. Returns how it ended.
 */
export function calsyncAlone(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  hear: (line: string) => void = () => undefined,
): Promise<Said> {
  const child = spawn(process.execPath, ['--import', version, join(root, 'src/main/cli/main.ts'), ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = `${stdout.slice(stdout.lastIndexOf('\n') + 1)}${chunk.toString()}`.split('\n');
    stdout += chunk.toString();
    for (const line of lines.slice(0, -1)) hear(line);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done) => child.once('close', (exit) => done({ exit, stdout, stderr })));
}
