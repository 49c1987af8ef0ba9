import { homedir } from 'node:os';
import type { AppError } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';
import * as oauth from '../oauth/index.ts';
import { dataFolder } from '../platform/index.ts';
import type { OAuthClient } from '../ports/tokens.ts';

export type { AddAccountRequest, CalSync, LongTask, ProgressListener } from './calsync.ts';
export { createCalSync, type CalSyncOptions } from './compose.ts';
export { createSystemHost } from '../platform/index.ts';
export type { OAuthClient, TokenVault } from '../ports/tokens.ts';
export type { Clock, Random } from '../ports/clock.ts';
export { reportUnopened, type Unopened } from './support/index.ts';
export type { Host } from '../ports/host.ts';
export { diskFailureOf as failureOf } from '../store/index.ts';

/** Takes the text and the name of a `client_secret_….json`; returns the client in it, or a `client-file-…` failure. */
export function parseClientFile(text: string, fileName: string | null): Result<OAuthClient, AppError> {
  return oauth.parseClientFile(text, fileName);
}

/** Takes the environment; returns the client that it names, or null where it names none. */
export function clientFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Result<OAuthClient | null, AppError> {
  return ok(oauth.clientFromEnvironment(environment));
}

/** Returns the folder that this system keeps such data in. */
export function defaultDataFolder(): string {
  return dataFolder({ override: null, env: process.env, platform: process.platform, home: homedir() });
}
