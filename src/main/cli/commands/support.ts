import { resolve } from 'node:path';
import { z } from 'zod';
import { appError, type AppError } from '../../../shared/errors.ts';
import { reportFileName, writePrivateFile } from '../../app/support/index.ts';
import { failed, type Command, type Outcome } from '../command.ts';
import type { CommandEntry } from '../entry.ts';
import { explain, failure } from '../failure.ts';
import type { CliIo } from '../terminal.ts';
import { clean } from '../text.ts';

/** Where the report goes: a file, `-` for standard output, or null for a file of the usual name. */
export interface SupportRequest {
  readonly output: string | null;
  readonly force: boolean;
}

/**
 * Takes where to; returns the command that writes the support report there. It answers where the database cannot be
 * opened, too, because then the report matters most.
 */
function support(request: SupportRequest): Command {
  return Object.assign<Command, Pick<Command, 'unopened'>>(
    async ({ app, io, json }) => saved(request, io, json, await app.supportReport(), null),
    { unopened: ({ io, json, why, report }) => saved(request, io, json, report(), why) },
  );
}

function saved(
  { output, force }: SupportRequest,
  io: CliIo,
  json: boolean,
  text: string,
  why: AppError | null,
): Outcome {
  const explained = why === null ? null : explain(failure(why));
  const unopened = explained === null ? {} : { unopened: explained };
  if (output === '-')
    return { lines: json ? [] : [text.trimEnd()], json: { report: { file: null, text }, ...unopened } };
  if (output?.trim() === '') return failed(appError('option-invalid', '--output was given nothing'));
  const file = resolve(io.cwd, output ?? reportFileName(io.now()));
  const written = writePrivateFile(file, text, force);
  if (!written.ok) return failed(written.error);
  const lines = [
    `The report is in ${clean(file)}.`,
    'It holds versions, choices, counts, the last syncs and the log; no titles, names, addresses or sign-ins.',
    'Nothing was sent anywhere. Read it before you pass it on.',
  ];
  if (explained !== null) lines.push('', `${explained.sentence} The report says so, and holds the rest.`);
  return { lines, json: { report: { file }, ...unopened } };
}

/** `support`. */
export const supportEntry: CommandEntry = {
  name: 'support',
  description: 'write a report for whoever helps you into a file; send nothing',
  define: (word, choose) =>
    word
      .option('--output <file>', 'the file, or - for standard output (default: calsync-support-<date>.txt)')
      .option('--force', 'replace a file that is there')
      .action((options: unknown) => {
        const parsed = z.object({ output: z.string().nullable().default(null), force: z.boolean().default(false) });
        choose(support(parsed.parse(options)));
      }),
};
