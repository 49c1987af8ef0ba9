import { z } from 'zod';
import { statusSchema } from '../../../shared/dto.ts';
import { appErrorSchema } from '../../../shared/errors.ts';
import { ipcAnswerSchema } from '../../../shared/ipc.ts';

const callIdSchema = z.int().positive();

/** What the main process says to the process of the engine. `start` comes first, and once. */
export const toEngineSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    dataFolder: z.string(),
    googleUrl: z.string().nullable(),
    version: z.string(),
    /** Path of another binary of better-sqlite3, or null for the package's own. */
    nativeBinding: z.string().nullable(),
  }),
  /** A request of `ipcContract`; the engine's side parses name and input. */
  z.strictObject({ kind: z.literal('call'), id: callIdSchema, name: z.unknown(), input: z.unknown() }),
  /** What came of an `open-url`. */
  z.strictObject({ kind: z.literal('opened'), id: callIdSchema, error: appErrorSchema.nullable() }),
  /** What came of a `resolve-proxy`, as a PAC script says it. */
  z.strictObject({ kind: z.literal('proxy'), id: callIdSchema, answer: z.string() }),
  z.strictObject({ kind: z.literal('request-sync'), trigger: z.enum(['wake', 'network']) }),
  /** Answered with `pong` at once. */
  z.strictObject({ kind: z.literal('ping') }),
  /** Lets a running write finish; answered with `closed`. */
  z.strictObject({ kind: z.literal('close') }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;
export type EngineStart = Extract<ToEngine, { kind: 'start' }>;

/** What the process of the engine says to the main process. */
export const fromEngineSchema = z.discriminatedUnion('kind', [
  /** `notices` are what went on all the same and the person should hear of. */
  z.strictObject({ kind: z.literal('ready'), notices: z.array(appErrorSchema) }),
  /** It cannot start; trying again would change nothing. */
  z.strictObject({ kind: z.literal('failed'), error: appErrorSchema }),
  z.strictObject({ kind: z.literal('answer'), id: callIdSchema, answer: ipcAnswerSchema }),
  z.strictObject({ kind: z.literal('status'), status: statusSchema }),
  /** A page for the person's browser (signing in). */
  z.strictObject({ kind: z.literal('open-url'), id: callIdSchema, address: z.string().max(8192) }),
  /** How an address is to be reached, by the desktop's settings. */
  z.strictObject({ kind: z.literal('resolve-proxy'), id: callIdSchema, address: z.string().max(8192) }),
  /** A line of the demo's story. */
  z.strictObject({ kind: z.literal('said'), line: z.string() }),
  z.strictObject({ kind: z.literal('pong') }),
  z.strictObject({ kind: z.literal('closed') }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;
