import { z } from 'zod';
import type { Access } from './access.ts';

/**
 * What a calendar is by nature, as its service says it: `room` can be booked by many; `automatic` is filled by the service
 * itself (holidays, birthdays).
 */
export const natureSchema = z.enum(['ordinary', 'room', 'automatic']);
export type Nature = z.infer<typeof natureSchema>;

/** What decides about the use of a calendar before the person does. */
export const firstChoiceSchema = z.enum(['main', 'own', 'hidden', 'room', 'automatic', 'of-others']);
export type FirstChoice = z.infer<typeof firstChoiceSchema>;

/** What a calendar is used for: its events become blocks elsewhere, and it gets blocks. */
export interface Use {
  readonly source: boolean;
  readonly target: boolean;
}

/**
 * Takes how an account sees a calendar; returns what decides about its first use. A room is of many people even where one
 * account owns it, so its nature comes first.
 */
export function firstChoiceOf(calendar: {
  readonly access: Access;
  readonly primary: boolean;
  readonly hidden: boolean;
  readonly nature: Nature;
}): FirstChoice {
  if (calendar.nature !== 'ordinary') return calendar.nature;
  if (calendar.access !== 'owns') return 'of-others';
  if (calendar.hidden) return 'hidden';
  return calendar.primary ? 'main' : 'own';
}

/**
 * Takes what decides; returns the use. Others look at the main calendar of an account, so that one gets blocks; a second
 * calendar of a person's own is for something, and blocks in it would only be in the way.
 */
export function firstUseOf(choice: FirstChoice): Use {
  return { source: choice === 'main' || choice === 'own', target: choice === 'main' };
}
