import { z } from 'zod';
import {
  accountViewSchema,
  clientViewSchema,
  copyViewSchema,
  doctorReportSchema,
  heldBlocksSchema,
  holdChoiceSchema,
  holdViewSchema,
  keptViewSchema,
  muteViewSchema,
  pauseChoiceSchema,
  planPreviewSchema,
  policiesSchema,
  policyChangeSchema,
  removalFindingsSchema,
  resetReceiptSchema,
  runViewSchema,
  statusSchema,
  troubleSchema,
  undoPreviewSchema,
  undoReceiptSchema,
  whyAnswerSchema,
} from './dto.ts';
import { appErrorSchema } from './errors.ts';
import { accountIdSchema, calendarIdSchema } from './ids.ts';

/**
 * The one table of what a page may ask for: name → what goes in, what comes out. It gives the types on both sides, the
 * validation at the edge, and the list of what must be registered. No token, no code and no path is in it.
 */
export const ipcContract = {
  'status.get': { input: z.undefined(), output: statusSchema },
  /** Fails with `not-started` before the person has started syncing, because nothing is written before. */
  'sync.now': { input: z.undefined(), output: runViewSchema },
  /** The agreement to the first sync, asked for where its preview stands; later the same as `sync.now`. */
  'sync.start': { input: z.undefined(), output: runViewSchema },
  /** The last syncs, newest first; one that goes on is the first. */
  'run.list': { input: z.undefined(), output: z.array(runViewSchema) },
  'sync.pause': { input: z.strictObject({ until: pauseChoiceSchema }), output: statusSchema },
  'sync.resume': { input: z.undefined(), output: statusSchema },
  /** Reads the calendars and says what a sync would write; nothing is written. */
  'plan.preview': { input: z.undefined(), output: planPreviewSchema },
  /** Why an event has a block on each calendar, or none. The only answer that carries titles. */
  'why.ask': { input: z.strictObject({ query: z.string().trim().min(1).max(500) }), output: whyAnswerSchema },
  'calendar.use': {
    input: z.strictObject({ calendarId: calendarIdSchema, source: z.boolean(), target: z.boolean() }),
    output: statusSchema,
  },
  /** Answers whether a calendar is a former one under a new address. */
  'calendar.renamed': {
    input: z.strictObject({ calendarId: calendarIdSchema, same: z.boolean() }),
    output: statusSchema,
  },
  /** Ends the use of a calendar and takes every block there, those of others included. */
  'calendar.clear': { input: z.strictObject({ calendarId: calendarIdSchema }), output: resetReceiptSchema },
  'account.add': { input: z.undefined(), output: accountViewSchema },
  /** Signs in anew to a connected account; everything chosen for it is kept. */
  'account.reconnect': { input: z.strictObject({ accountId: accountIdSchema }), output: accountViewSchema },
  /** Opens the page of the sign-in that waits once more; `sign-in-interrupted` where none does. */
  'account.openAgain': { input: z.undefined(), output: z.null() },
  /** Gives up a sign-in that waits for the browser; nothing happens when none does. */
  'account.cancel': { input: z.undefined(), output: z.null() },
  /**
   * Removes an account with its blocks; `revoke`: the permission is given back to Google as well; `othersOn`: calendars
   * on which blocks of others are taken, too.
   */
  'account.remove': {
    input: z.strictObject({ accountId: accountIdSchema, revoke: z.boolean(), othersOn: z.array(calendarIdSchema) }),
    output: resetReceiptSchema,
  },
  /** Counts what a reset (null), or the removal of an account, would remove and leave; nothing is changed. */
  'blocks.find': { input: z.strictObject({ accountId: accountIdSchema.nullable() }), output: removalFindingsSchema },
  'hold.resolve': {
    input: z.strictObject({
      key: z.string().max(1200),
      choice: holdChoiceSchema,
      version: z.string().max(64),
    }),
    output: statusSchema,
  },
  /** The very blocks that a hold is about, as it stands now; `hold-unknown` where nothing is held under that name. */
  'hold.blocks': { input: z.strictObject({ key: z.string() }), output: heldBlocksSchema },
  'hold.list': { input: z.undefined(), output: z.array(holdViewSchema) },
  /** The person knows what stays out of sync for good: what they were shown, each by its name (`Trouble`). */
  'trouble.known': {
    input: z.strictObject({
      parts: z
        .array(troubleSchema.pick({ code: true, about: true, what: true }))
        .min(1)
        .max(1000),
    }),
    output: statusSchema,
  },
  'mute.list': { input: z.undefined(), output: z.array(muteViewSchema) },
  'mute.lift': { input: z.strictObject({ key: z.string().max(1200) }), output: z.array(muteViewSchema) },
  /** What undoing a sync would do; nothing is changed. */
  'undo.preview': { input: z.strictObject({ run: z.int().positive() }), output: undoPreviewSchema },
  'undo.run': {
    input: z.strictObject({ run: z.int().positive(), version: z.string().max(64) }),
    output: undoReceiptSchema,
  },
  'kept.list': { input: z.undefined(), output: z.array(keptViewSchema) },
  'kept.letGo': { input: z.strictObject({ key: z.string().max(1200) }), output: z.array(keptViewSchema) },
  'policy.get': { input: z.undefined(), output: policiesSchema },
  /** What a change would write; nothing is changed. */
  'policy.preview': { input: policyChangeSchema, output: planPreviewSchema },
  'policy.save': { input: policyChangeSchema, output: policiesSchema },
  /** Databases that were put aside, oldest first. */
  'copy.list': { input: z.undefined(), output: z.array(copyViewSchema) },
  /** Removes all of them; returns those that are left. */
  'copy.remove': { input: z.strictObject({ confirmed: z.literal(true) }), output: z.array(copyViewSchema) },
  'client.get': { input: z.undefined(), output: clientViewSchema },
  /** Takes the text of a client file that the person dropped or pasted; checks and keeps it. */
  'client.save': {
    input: z.strictObject({ text: z.string().max(20_000), fileName: z.string().max(300).nullable() }),
    output: clientViewSchema,
  },
  'doctor.run': { input: z.undefined(), output: doctorReportSchema },
  /** The support report: a readable text of versions, choices, counts, the last syncs and the redacted log. */
  'support.report': { input: z.undefined(), output: z.string() },
  'reset.run': {
    input: z.strictObject({ confirmed: z.literal(true), othersOn: z.array(calendarIdSchema) }),
    output: resetReceiptSchema,
  },
} as const;

export type IpcContract = typeof ipcContract;
export type IpcName = keyof IpcContract;
export type IpcInput<Name extends IpcName> = z.infer<IpcContract[Name]['input']>;
export type IpcOutput<Name extends IpcName> = z.infer<IpcContract[Name]['output']>;

/** Places of the settings window. */
export const settingsPageSchema = z.enum([
  'accounts',
  'calendars',
  'blocks',
  'busy',
  'schedule',
  'preview',
  'activity',
  'why',
  'advanced',
  'guide',
]);
export type SettingsPage = z.infer<typeof settingsPageSchema>;

/** A place of the settings window, and what is to be found there: an account's or a calendar's id, a hold's key. */
export interface SettingsPlace {
  readonly page: SettingsPage;
  /** Null: the page as a whole. */
  readonly item: string | null;
}

/** The item of the accounts' page that tells why sign-ins are not kept. */
export const keychainItem = 'keychain';

/** The step of the guide that is about the Google client, whatever step is due. */
export const clientItem = 'client';

/** Takes a place; returns the part of the settings window's address that names it, from `#` on. */
export function hashOf({ page, item }: SettingsPlace): string {
  return item === null ? `#${page}` : `#${page}?${encodeURIComponent(item)}`;
}

/** Takes the part of an address from `#` on; returns the place of the settings window that it names, or null. */
export function placeOf(hash: string): SettingsPlace | null {
  const [, name, item] = /^#?([^?]*)(?:\?(.*))?$/s.exec(hash) ?? [];
  const page = settingsPageSchema.safeParse(name).data;
  if (page === undefined) return null;
  try {
    return { page, item: item === undefined ? null : decodeURIComponent(item) };
  } catch {
    // A percent sign that encodes nothing; the page is named all the same.
    return { page, item: null };
  }
}

/** Pages outside that the app may open, by name: a page of ours never hands an address to the system. */
export const helpLinkSchema = z.enum([
  'console-projects',
  'console-enable-api',
  'console-consent',
  'console-clients',
  'console-audience',
  'account-permissions',
]);
export type HelpLink = z.infer<typeof helpLinkSchema>;

/** What only the desktop app can do; answered by the main process itself, in the same manner. */
export const desktopContract = {
  'window.settings': {
    input: z.strictObject({ page: settingsPageSchema, item: z.literal(clientItem).optional() }),
    output: z.null(),
  },
  'window.close': { input: z.undefined(), output: z.null() },
  /** Takes the height in pixels that the popup's content wants. */
  'window.fit': { input: z.strictObject({ height: z.int().min(40).max(2000) }), output: z.null() },
  'app.info': {
    input: z.undefined(),
    output: z.strictObject({
      version: z.string(),
      electron: z.string(),
      chrome: z.string(),
      node: z.string(),
      platform: z.string(),
      launchAtLogin: z.boolean(),
      /** Whether launching at login can be set on this system. */
      launchAtLoginAvailable: z.boolean(),
    }),
  },
  'app.launchAtLogin': { input: z.strictObject({ enabled: z.boolean() }), output: z.boolean() },
  'app.openLogs': { input: z.undefined(), output: z.null() },
  'app.openHelp': { input: z.strictObject({ link: helpLinkSchema }), output: z.null() },
  /** Asks where to save the support report and writes it there; answers with that place, or null where the person gave up. */
  'app.saveReport': { input: z.undefined(), output: z.strictObject({ place: z.string().nullable() }) },
  /** Shows the support report that was saved last in its folder. */
  'app.showReport': { input: z.undefined(), output: z.null() },
  'app.quit': { input: z.undefined(), output: z.null() },
} as const;

export type DesktopContract = typeof desktopContract;
export type DesktopName = keyof DesktopContract;
export type DesktopInput<Name extends DesktopName> = z.infer<DesktopContract[Name]['input']>;
export type DesktopOutput<Name extends DesktopName> = z.infer<DesktopContract[Name]['output']>;

/** What the preload script adds to the bridge in the desktop app. */
export interface DesktopBridge {
  desktop<Name extends DesktopName>(
    name: Name,
    ...input: undefined extends DesktopInput<Name> ? [] : [DesktopInput<Name>]
  ): Promise<{ ok: true; value: DesktopOutput<Name> } | { ok: false; error: z.infer<typeof appErrorSchema> }>;
  /** Takes a listener for places that the settings window is asked to show; returns what ends it. */
  onNavigate(listener: (place: SettingsPlace) => void): () => void;
}

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
