/** One of the two streams that a command writes to. */
export interface TextOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal, or null where there is none. */
  readonly columns: number | null;
}

/** The stream that a command asks questions on. */
export interface TextInput {
  readonly isTTY: boolean;
  /** Takes a signal that gives up; returns the next line without its end, or null when the input has ended. */
  readLine(signal: AbortSignal): Promise<string | null>;
}

/** All that a command meets of the world, so that tests run it in their own process. */
export interface CliIo {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly stdin: TextInput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths are meant from. */
  readonly cwd: string;
  readonly now: () => number;
  /** Takes milliseconds and what to do after each; returns what ends it. */
  readonly every: (milliseconds: number, work: () => void) => () => void;
  /** Aborted by Ctrl-C: the running use case stops at its next safe point. */
  readonly signal: AbortSignal;
}

export type Paint = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

const sgr: { readonly [Name in Paint]: readonly [number, number] } = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
};

/** Takes a stream and the environment; returns what colours text, or leaves it where colours are not wanted. */
export function painterFor(output: TextOutput, env: CliIo['env']): (paint: Paint, text: string) => string {
  // no-color.org: any value but the empty one counts.
  const noColour = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  const plain = !output.isTTY || noColour || env['TERM'] === 'dumb';
  return (paint, text) => {
    if (plain || text === '') return text;
    const [on, off] = sgr[paint];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
