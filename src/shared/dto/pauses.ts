import { z } from 'zod';

/** For how long a person pauses syncing: until they resume it, for an hour, or until tomorrow. */
export const pauseChoiceSchema = z.enum(['forever', 'hour', 'tomorrow']);
export type PauseChoice = z.infer<typeof pauseChoiceSchema>;
