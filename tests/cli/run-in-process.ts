import type { Application, ApplicationOptions } from '../../src/main/cli/application.ts';
import { runCli } from '../../src/main/cli/run.ts';
import { diskFailureOf } from '../../src/main/store/index.ts';
import type { AppError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';
import { createFakeCalSync, exampleNow, type FakeCalSync } from '../support/fake-calsync.ts';

/** How the terminal around one command is. */
export interface Surroundings {
  readonly app?: FakeCalSync;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly outTty?: boolean;
  readonly errTty?: boolean;
  readonly inTty?: boolean;
  readonly columns?: number;
  /** What the person types, line by line. */
  readonly typed?: readonly string[];
  readonly notices?: readonly AppError[];
  readonly createFails?: AppError;
  readonly signal?: AbortSignal;
  readonly application?: Partial<Application>;
}

/** What one command said and answered. */
export interface Answer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly app: FakeCalSync;
  /** How CalSync was asked to be put together; null when it never was. */
  readonly created: ApplicationOptions | null;
  /** The one JSON document; throws when standard output holds anything else. */
  readonly json: () => Record<string, unknown>;
}

/** A clock and a timer that move only when told. */
export interface Timeline {
  readonly now: () => number;
  readonly every: (milliseconds: number, work: () => void) => () => void;
  /** Takes milliseconds; lets them pass. */
  readonly pass: (milliseconds: number) => void;
  readonly running: () => number;
}

/** Returns a timeline that stands at the moment of the example world. */
export function createTimeline(): Timeline {
  let now = Date.parse(exampleNow);
  const timers = new Set<{ readonly milliseconds: number; due: number; readonly work: () => void }>();
  return {
    now: () => now,
    every: (milliseconds, work) => {
      const timer = { milliseconds, due: now + milliseconds, work };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    pass: (milliseconds) => {
      const until = now + milliseconds;
      while (now < until) {
        now += 1;
        for (const timer of [...timers]) {
          if (timer.due > now) continue;
          timer.due += timer.milliseconds;
          timer.work();
        }
      }
    },
    running: () => timers.size,
  };
}

/** Takes arguments and surroundings; runs the command line in this process and returns what came of it. */
export async function calsync(
  argv: readonly string[],
  around: Surroundings = {},
  timeline: Timeline = createTimeline(),
): Promise<Answer> {
  const app = around.app ?? createFakeCalSync();
  const typed = [...(around.typed ?? [])];
  let stdout = '';
  let stderr = '';
  let created: ApplicationOptions | null = null;
  const application: Application = {
    createCalSync: (options) => {
      created = options;
      return Promise.resolve(around.createFails ? err(around.createFails) : ok({ app, notices: around.notices ?? [] }));
    },
    parseClientFile: () => ok({ clientId: 'from-file', clientSecret: null }),
    clientFromEnvironment: () => ok(null),
    defaultDataFolder: () => '/default/data',
    failureOf: diskFailureOf,
    reportUnopened: ({ version, why }) => `CalSync ${version}\nnot opened: ${why.code}\n`,
    ...around.application,
  };
  const exit = await runCli(
    argv,
    {
      stdout: {
        write: (text) => {
          stdout += text;
        },
        isTTY: around.outTty ?? false,
        columns: around.outTty === true ? (around.columns ?? 80) : null,
      },
      stderr: {
        write: (text) => {
          stderr += text;
        },
        isTTY: around.errTty ?? false,
        columns: around.errTty === true ? (around.columns ?? 80) : null,
      },
      stdin: { isTTY: around.inTty ?? false, readLine: () => Promise.resolve(typed.shift() ?? null) },
      env: around.env ?? {},
      cwd: around.cwd ?? '/somewhere',
      now: timeline.now,
      every: timeline.every,
      signal: around.signal ?? new AbortController().signal,
    },
    '9.8.7',
    () => Promise.resolve(application),
  );
  return {
    exit,
    stdout,
    stderr,
    app,
    created,
    json: () => {
      const lines = stdout.trimEnd().split('\n');
      if (lines.length !== 1) throw new Error(`Expected one line of JSON, got:\n${stdout}`);
      return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    },
  };
}
