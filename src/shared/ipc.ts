import { z } from 'zod';
import {
  accountViewSchema,
  holdViewSchema,
  muteViewSchema,
  planViewSchema,
  resetReceiptSchema,
  runViewSchema,
  statusSchema,
} from './dto.ts';
import { appErrorSchema } from './errors.ts';
import { accountIdSchema, calendarIdSchema } from './ids.ts';

/**
 * The one table of what a page may ask for: name → what goes in, what comes out. It gives the types on both sides, the
 * validation at the edge, and the list of what must be registered. No token, no code and no path is in it.
 */
export const ipcContract = {
  'status.get': { input: z.undefined(), output: statusSchema },
  'sync.now': { input: z.undefined(), output: runViewSchema },
  'sync.pause': { input: z.strictObject({ until: z.enum(['forever', 'hour', 'tomorrow']) }), output: statusSchema },
  'sync.resume': { input: z.undefined(), output: statusSchema },
  'plan.preview': { input: z.undefined(), output: planViewSchema },
  'calendar.use': {
    input: z.strictObject({ calendarId: calendarIdSchema, source: z.boolean(), target: z.boolean() }),
    output: statusSchema,
  },
  'account.add': { input: z.undefined(), output: accountViewSchema },
  'account.remove': { input: z.strictObject({ accountId: accountIdSchema }), output: resetReceiptSchema },
  'hold.resolve': {
    input: z.strictObject({ key: z.string().max(1200), choice: z.enum(['proceed', 'put-back', 'leave-away']) }),
    output: statusSchema,
  },
  'hold.list': { input: z.undefined(), output: z.array(holdViewSchema) },
  'mute.list': { input: z.undefined(), output: z.array(muteViewSchema) },
  'mute.lift': { input: z.strictObject({ key: z.string().max(1200) }), output: z.array(muteViewSchema) },
  'reset.run': { input: z.strictObject({ confirmed: z.literal(true) }), output: resetReceiptSchema },
} as const;

export type IpcContract = typeof ipcContract;
export type IpcName = keyof IpcContract;
export type IpcInput<Name extends IpcName> = z.infer<IpcContract[Name]['input']>;
export type IpcOutput<Name extends IpcName> = z.infer<IpcContract[Name]['output']>;

/** The envelope of each answer: a value of the declared shape, or a failure that the page can show. */
export const ipcAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: appErrorSchema }),
]);

/** What a page is handed as its only way out, whether by a preload script or over HTTP on loopback. */
export interface CalSyncBridge {
  /** Takes a name of the contract and its input; resolves to the answer, never rejects. */
  call<Name extends IpcName>(
    name: Name,
    ...input: undefined extends IpcInput<Name> ? [] : [IpcInput<Name>]
  ): Promise<{ ok: true; value: IpcOutput<Name> } | { ok: false; error: z.infer<typeof appErrorSchema> }>;
  /** Takes a listener for each new status snapshot; returns what ends it. */
  onStatus(listener: (status: z.infer<typeof statusSchema>) => void): () => void;
}
