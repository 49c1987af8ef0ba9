import type { AppError } from '../../../shared/errors.ts';
import { appError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { err, ok } from '../../../shared/result.ts';

/** An engine that has not answered by then hangs, and the report says that in its place. */
const enginePatience = 20_000;

export interface ReportSaverOptions {
  /** Asks the engine for the support report. */
  readonly askEngine: () => Promise<Result<unknown, AppError>>;
  /** Takes why the engine has none; returns the support report with what there is. */
  readonly withoutEngine: (why: AppError) => string;
  /** Takes the contents of the window that asks; asks the person where to. Null where they gave up. */
  readonly askPlace: (contentsId: number) => Promise<string | null>;
  readonly write: (path: string, text: string) => Result<void, AppError>;
  /** Shows a file in its folder. */
  readonly show: (path: string) => void;
  /** Takes milliseconds and what follows; returns what cancels it. */
  readonly wait: (milliseconds: number, then: () => void) => () => void;
}

export interface ReportSaver {
  /** Takes the contents of the window that asks. Resolves to where the report is, or null where the person gave up. Fails as writing a file does. */
  save(contentsId: number): Promise<Result<{ readonly place: string | null }, AppError>>;
  /** Shows the one that was saved last; nothing where none was. */
  show(): void;
}

/**
 * Takes the ways to the engine, the person and the disk; returns what saves support reports. The place comes from the
 * system's dialog and never from a page. An engine that cannot start, has crashed or hangs does not keep a report from
 * being made, because then it matters most.
 */
export function createReportSaver(options: ReportSaverOptions): ReportSaver {
  let last: string | null = null;
  let saving: ReturnType<ReportSaver['save']> | null = null;

  const textOf = async (): Promise<string> => {
    let cancel: () => void = () => undefined;
    const silence = new Promise<Result<unknown, AppError>>((resolve) => {
      cancel = options.wait(enginePatience, () => resolve(err(appError('unexpected', null, 'no answer'))));
    });
    const answer = await Promise.race([options.askEngine(), silence]);
    cancel();
    if (answer.ok && typeof answer.value === 'string') return answer.value;
    return options.withoutEngine(answer.ok ? appError('unexpected') : answer.error);
  };

  const save = async (contentsId: number): ReturnType<ReportSaver['save']> => {
    const place = await options.askPlace(contentsId);
    if (place === null) return ok({ place });
    const written = options.write(place, await textOf());
    if (!written.ok) return written;
    last = place;
    return ok({ place });
  };

  return {
    // One dialog at a time, otherwise a second click would open another one over it.
    save: (contentsId) => {
      saving ??= save(contentsId).finally(() => {
        saving = null;
      });
      return saving;
    },
    show: () => {
      if (last !== null) options.show(last);
    },
  };
}
