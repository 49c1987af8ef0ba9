import type { z } from 'zod';
import type { Logger } from '../ports/logger.ts';

/**
 * Takes a stored JSON text, its schema and what to use instead; returns the parsed value, or the latter with a line in
 * the log. A row that makes no sense must not keep CalSync from starting.
 */
export function parseStored<Value>(
  text: string | null,
  schema: z.ZodType<Value>,
  otherwise: Value,
  logger: Logger,
  name: string,
): Value {
  if (text === null) return otherwise;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  logger.warn('stored-value-ignored', { name });
  return otherwise;
}
