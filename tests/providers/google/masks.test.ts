import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  fieldMasks,
  wireCalendarPageSchema,
  wireCalendarSchema,
  wireEventSchema,
} from '../../../src/main/providers/google/wire.ts';
import { applyMask, parseMask, type Mask } from '../../../src/simulator/http/fields.ts';

/** Something of the form that a schema reads, with every field that it names. */
function sample(schema: z.ZodType): unknown {
  const inner = (of: unknown): unknown => sample(of as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return inner(schema.unwrap());
  if (schema instanceof z.ZodPipe) return inner(schema.in);
  if (schema instanceof z.ZodArray) return [inner(schema.element)];
  if (schema instanceof z.ZodObject) {
    return Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, inner(field)]));
  }
  if (schema instanceof z.ZodRecord) return { any: 'text' };
  return schema instanceof z.ZodBoolean ? true : 'text';
}

const masked = (mask: string, body: unknown): unknown => applyMask(parseMask(mask) ?? (new Map() as Mask), body);

describe('what is read of an answer is asked for', () => {
  const row = sample(wireEventSchema) as Record<string, unknown>;
  const { updated, ...listed } = row;

  it('of an event, and of each row of a page', () => {
    expect(updated).toBe('text');
    expect(masked(fieldMasks.event, row)).toEqual(listed);
    expect(masked(fieldMasks.look, row)).toEqual(row);
    for (const mask of [fieldMasks.eventPage, fieldMasks.taggedPage]) {
      expect(masked(mask, { items: [row] })).toEqual({ items: [listed] });
    }
    expect(masked(fieldMasks.slotPage, { items: [row] })).toEqual({ items: [row] });
  });

  it('of a calendar', () => {
    const page = { ...(sample(wireCalendarPageSchema) as object), items: [sample(wireCalendarSchema)] };
    expect(masked(fieldMasks.calendarPage, page)).toEqual(page);
  });
});
