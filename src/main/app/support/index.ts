/** What a shell makes a support report with while the use cases cannot: light, because the desktop loads it at its start. */
import type { AppError } from '../../../shared/errors.ts';
import type { Instant } from '../../../shared/time.ts';
import { supportReportWithoutStore, surroundingsHere } from './report.ts';

export { writePrivateFile } from '../../platform/private-file.ts';

/** What is known where CalSync could not be opened. */
export interface Unopened {
  readonly dataFolder: string;
  readonly version: string;
  readonly demo: boolean;
  readonly now: Instant;
  readonly why: AppError;
}

/** Takes what is known where CalSync could not be opened, and why; returns the support report with what there is. */
export function reportUnopened({ why, ...own }: Unopened): string {
  return supportReportWithoutStore(surroundingsHere(own), why);
}

/** Takes now; returns the name that a support report of today, in the zone of this computer, has unless the person gives another. */
export function reportFileName(now: Instant): string {
  const date = new Date(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `calsync-support-${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}.txt`;
}
