import { z } from 'zod';

/** A moment as it crosses to a page or into JSON: ISO 8601 in UTC with milliseconds. */
export const momentSchema = z.iso.datetime({ precision: 3 });
