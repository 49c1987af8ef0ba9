import { z } from 'zod';
import { momentSchema } from './moment.ts';

/** A database that was put aside, before an update or because it was damaged: it still holds what was removed since. */
export const copyViewSchema = z.strictObject({
  name: z.string(),
  why: z.enum(['update', 'damaged']),
  since: momentSchema,
  bytes: z.int().nonnegative(),
});
export type CopyView = z.infer<typeof copyViewSchema>;
