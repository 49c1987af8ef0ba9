import { z } from 'zod';
import { accountIdSchema } from '../ids.ts';
import { momentSchema } from './moment.ts';

/** Whether an account can be used; `resting` is left alone for hours, because the long limit of its service was met. */
export const accountStateSchema = z.enum(['connected', 'needs-sign-in', 'resting']);
export type AccountState = z.infer<typeof accountStateSchema>;

export const accountViewSchema = z.strictObject({
  id: accountIdSchema,
  email: z.string(),
  state: accountStateSchema,
  /** Whether the sign-in is kept in the keychain or only until CalSync quits. */
  kept: z.enum(['keychain', 'until-quit']),
  /** When Google has said that this sign-in will end, or null. */
  signInEndsAt: momentSchema.nullable(),
});
export type AccountView = z.infer<typeof accountViewSchema>;

/** Whether there is an OAuth client, and enough of its id to know it by; never the secret. */
export const clientViewSchema = z.strictObject({ present: z.boolean(), idEnding: z.string().nullable() });
export type ClientView = z.infer<typeof clientViewSchema>;
