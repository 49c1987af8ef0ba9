import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';

/** What CalSync asks of the desktop that it runs on. */
export interface Host {
  /** Takes an https address (or a loopback one in the demo) and opens it in the system browser. */
  openUrl(address: string): Promise<Result<void, AppError>>;
}
