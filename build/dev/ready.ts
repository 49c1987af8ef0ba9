import { z } from 'zod';

/** What the program behind the pages says once it can be reached. */
export const readyMessageSchema = z.object({
  /** Address with a one-time key of its page server. */
  url: z.string(),
  /** The instant at which its data is, where that is not the present one. */
  now: z.string().nullable(),
  /** A sentence about what it is, without its full stop. */
  said: z.string(),
});

export type ReadyMessage = z.infer<typeof readyMessageSchema>;
