import { spawn } from 'node:child_process';
import { appError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import { second } from '../../shared/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Host } from '../ports/host.ts';
import { createSystemClock } from './clock.ts';

/** A program and its arguments, run as they are, without a shell. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

export interface SystemHostOptions {
  /** As `process.platform` says it. */
  readonly platform?: string;
  readonly clock?: Clock;
  /** Takes an address that was found good, returns what opens it. */
  readonly opener?: (address: string) => Command;
}

/** An opener that has not failed by then has become the browser itself, and stays. */
const patience = 3 * second;

/** Returns the desktop of this computer, reached through the program that each system has for opening addresses. */
export function createSystemHost(options: SystemHostOptions = {}): Host {
  const { platform = process.platform, clock = createSystemClock() } = options;
  const opener = options.opener ?? ((address: string) => openCommand(platform, address));
  return {
    openUrl: (address) => {
      const safe = safeAddress(address);
      return safe === null ? Promise.resolve(unavailable('not an address for a browser')) : start(opener(safe), clock);
    },
  };
}

/**
 * Takes an address. Returns it in its normal form when it is an https one or leads to this computer's loopback,
 * otherwise null, because the system would run programs for other kinds (`file:`, `ms-…:`).
 */
export function safeAddress(address: string): string | null {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1') ? url.href : null;
}

/** Takes a platform and an address, returns the command that opens it in the person's browser. */
export function openCommand(platform: string, address: string): Command {
  switch (platform) {
    case 'darwin':
      return { program: 'open', arguments: [address] };
    case 'win32':
      // Not `start`, because that is a word of the shell, to which `&` in an address means the next command.
      return { program: 'rundll32', arguments: ['url.dll,FileProtocolHandler', address] };
    default:
      return { program: 'xdg-open', arguments: [address] };
  }
}

function unavailable(detail: string): Result<never, AppError> {
  return err(appError('browser-unavailable', null, detail));
}

function start(command: Command, clock: Clock): Promise<Result<void, AppError>> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (result: Result<void, AppError>): void => {
      over.abort();
      resolve(result);
    };
    const child = spawn(command.program, command.arguments, { stdio: 'ignore', detached: true, shell: false });
    child.once('error', (error: NodeJS.ErrnoException) => end(unavailable(`${command.program}: ${error.code ?? '?'}`)));
    child.once('exit', (code) => {
      end(code === 0 ? ok(undefined) : unavailable(`${command.program} ended with ${code ?? 'a signal'}`));
    });
    child.unref();
    void clock.sleep(patience, over.signal).then(() => end(ok(undefined)));
  });
}
