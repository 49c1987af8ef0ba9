import { busyPolicySchema } from '../shared/dto.ts';
import { words } from './words.ts';

/** Takes the list of titles as it is kept or typed; returns it with one title a line and nothing around them. */
export function titleLines(list: string): string {
  return list
    .split(/[,\n]/)
    .map((title) => title.trim())
    .filter((title) => title !== '')
    .join('\n');
}

/** The longest list of titles that is kept, in characters. */
export const longestTitles = busyPolicySchema.shape.ignoreTitles.unwrap().maxLength ?? 0;

/** Takes the list of titles; returns what to say where it cannot be kept, or null. */
export function titlesProblem(list: string): string | null {
  if (busyPolicySchema.shape.ignoreTitles.safeParse(list).success) return null;
  return words.settings.choices.titles.tooLong(list.length - longestTitles);
}
