import type { CalSync } from '../app/calsync.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';

/** The OAuth client that the person brings. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string | null;
}

/** How the command line wants CalSync to be put together. */
export interface ApplicationOptions {
  readonly dataFolder: string;
  readonly googleUrl: string | null;
  readonly googleUrlAnywhere?: boolean;
  readonly client: ClientCredentials | null;
  readonly vault: 'keychain';
  readonly version: string;
  readonly logToConsole: boolean;
}

/** What the command line needs of the composition root (`src/main/app/index.ts`). */
export interface Application {
  createCalSync(
    options: ApplicationOptions,
  ): Promise<Result<{ readonly app: CalSync; readonly notices: readonly AppError[] }, AppError>>;
  parseClientFile(text: string, fileName: string): Result<ClientCredentials, AppError>;
  clientFromEnvironment(
    environment: Readonly<Record<string, string | undefined>>,
  ): Result<ClientCredentials | null, AppError>;
  defaultDataFolder(): string;
  /** Takes what a use case threw; returns the failure that it stands for (a disk that takes nothing), or null for a fault of our own. */
  failureOf(fault: unknown): AppError | null;
  /** Takes what is known where CalSync could not be put together, and why; returns the support report with what there is. */
  reportUnopened(known: {
    readonly dataFolder: string;
    readonly version: string;
    readonly demo: boolean;
    readonly now: number;
    readonly why: AppError;
  }): string;
}
