import { z } from 'zod';
import { appError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import type { Result } from '../../shared/result.ts';
import type { OAuthClient } from '../ports/tokens.ts';

const word = z.string().regex(/^[\x21-\x7e]{1,300}$/, { error: 'must be one word of plain letters' });

/** What the Google Cloud console lets a person download for a client of type "Desktop app". Other fields are ignored. */
const clientFileSchema = z.object({
  installed: z.object({ client_id: word, client_secret: word.optional() }),
});

/** The files that people mix it up with: a web client, and a key of a service account. */
const otherKindSchema = z.union([z.object({ web: z.looseObject({}) }), z.object({ type: z.string() })]);

/**
 * Takes the text of a `client_secret_….json` file and the name to call it by. Returns the client.
 * Fails with `client-file-not-json` (not JSON, or without an `installed` part) or `client-file-wrong-kind` (a client
 * for web servers, a service account); the details name fields, never their values.
 */
export function parseClientFile(text: string, fileName: string | null): Result<OAuthClient, AppError> {
  let content: unknown;
  try {
    // Because editors on Windows put a byte order mark first, which JSON does not know.
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return err(appError('client-file-not-json', fileName, 'not JSON'));
  }
  const file = clientFileSchema.safeParse(content);
  if (file.success) {
    const { client_id, client_secret } = file.data.installed;
    return ok({ clientId: client_id, clientSecret: client_secret ?? null });
  }
  if (otherKindSchema.safeParse(content).success) return err(appError('client-file-wrong-kind', fileName));
  const where = file.error.issues.map((issue) => issue.path.join('.') || 'the whole file').join(', ');
  return err(appError('client-file-not-json', fileName, `missing or wrong: ${where}`));
}

/**
 * Takes the environment of the process. Returns the client named by `GOOGLE_OAUTH_CLIENT_ID` and (if set)
 * `GOOGLE_OAUTH_CLIENT_SECRET`, or null when there is no id. Blanks around the values are dropped.
 */
export function clientFromEnvironment(environment: Readonly<Record<string, string | undefined>>): OAuthClient | null {
  const clientId = environment['GOOGLE_OAUTH_CLIENT_ID']?.trim() ?? '';
  const clientSecret = environment['GOOGLE_OAUTH_CLIENT_SECRET']?.trim() ?? '';
  return clientId === '' ? null : { clientId, clientSecret: clientSecret === '' ? null : clientSecret };
}
