import type { Result } from '../../../shared/result.ts';
import { err, ok } from '../../../shared/result.ts';
import type { AppError } from '../../../shared/errors.ts';
import { appError } from '../../../shared/errors.ts';
import { unsafeStart } from '../../../shared/unsafe-start.ts';
import { hiddenArgument } from './login-item.ts';

/** How the app was started. */
export interface StartOptions {
  readonly hidden: boolean;
  readonly demo: boolean;
  readonly dataFolder: string | null;
  readonly googleUrl: string | null;
}

/**
 * Takes the arguments (without the program), the environment and whether the app is packaged; returns how to start. Fails with
 * `start-unsafe` or `address-invalid`.
 */
export function readStart(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  packaged: boolean,
): Result<StartOptions, AppError> {
  const unsafe = unsafeStart(argv, env, packaged);
  if (unsafe !== null) return err(unsafe);
  const folder = argv.find((word) => word.startsWith('--data-dir='))?.slice('--data-dir='.length) ?? '';
  const address = env['CALSYNC_GOOGLE_URL']?.trim() ?? '';
  const start = {
    hidden: argv.includes(hiddenArgument),
    demo: argv.includes('--demo'),
    dataFolder: folder === '' ? null : folder,
  };
  if (address === '' || start.demo) return ok({ ...start, googleUrl: null });
  const url = URL.canParse(address) ? new URL(address) : null;
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  // Only on this computer: whoever sets a variable must not send a person's sign-in elsewhere.
  if (url === null || !bare || url.protocol !== 'http:' || url.hostname !== '127.0.0.1') {
    return err(appError('address-invalid', address));
  }
  return ok({ ...start, googleUrl: url.origin });
}
