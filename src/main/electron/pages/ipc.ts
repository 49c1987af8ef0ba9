import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { channels } from '../../../shared/channels.ts';
import type { AppError } from '../../../shared/errors.ts';
import { appError, appErrorSchema } from '../../../shared/errors.ts';
import type { DesktopInput, DesktopName, DesktopOutput } from '../../../shared/ipc.ts';
import { desktopContract, ipcContract } from '../../../shared/ipc.ts';
import type { Result } from '../../../shared/result.ts';
import { err, ok } from '../../../shared/result.ts';
import { pageOrigin } from './page-files.ts';

/** Who sent a message, as far as trust depends on it. */
export interface Sender {
  readonly contentsId: number;
  /** Whether it came from the window's own page, not from a frame within. */
  readonly mainFrame: boolean;
  /** The address of the frame, or null where that is gone. */
  readonly address: string | null;
}

/** Takes a sender and the ids of our windows' contents; returns whether it is a page of ours, and nothing within one. */
export function isTrusted(sender: Sender, ours: ReadonlySet<number>): boolean {
  if (!ours.has(sender.contentsId) || !sender.mainFrame || sender.address === null) return false;
  if (!URL.canParse(sender.address)) return false;
  const { protocol, host, username, password } = new URL(sender.address);
  return `${protocol}//${host}` === pageOrigin && username === '' && password === '';
}

type Answer = Result<unknown, AppError>;

/** What the page's window has to do with its request. */
export interface Asker {
  readonly contentsId: number;
}

/** One handler for each name of `desktopContract`; a name without one does not compile. */
export type DesktopHandlers = {
  readonly [Name in DesktopName]: (
    input: DesktopInput<Name>,
    asker: Asker,
  ) => Result<DesktopOutput<Name>, AppError> | Promise<Result<DesktopOutput<Name>, AppError>>;
};

export interface IpcOptions {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  /** The ids of our windows' contents. */
  readonly ours: () => ReadonlySet<number>;
  /** Passes a parsed request to the engine, which parses what comes out. */
  readonly callEngine: (name: string, input: unknown) => Promise<Answer>;
  readonly desktop: DesktopHandlers;
  /** Told of bugs behind the contract: the name, and what was thrown. */
  readonly onFault: (name: string, fault: unknown) => void;
}

/**
 * Registers the two ways in. Each request is checked for its sender and parsed; whoever is not a page of ours, and
 * whatever is not in the contract, gets `request-invalid`.
 */
export function registerIpc({ ipcMain, ours, callEngine, desktop, onFault }: IpcOptions): void {
  const refused = err(appError('request-invalid'));

  ipcMain.handle(channels.call, async (event, name: unknown, input: unknown): Promise<Answer> => {
    if (!isTrusted(senderOf(event), ours())) return refused;
    if (typeof name !== 'string' || !Object.hasOwn(ipcContract, name)) return refused;
    const parsed = ipcContract[name as keyof typeof ipcContract].input.safeParse(input);
    return parsed.success ? callEngine(name, parsed.data) : refused;
  });

  ipcMain.handle(channels.desktop, async (event, name: unknown, input: unknown): Promise<Answer> => {
    if (!isTrusted(senderOf(event), ours())) return refused;
    return callDesktop(desktop, name, input, { contentsId: event.sender.id }, onFault);
  });
}

/** Answers one request of `desktopContract`, in the manner of `callIpc`: parse, handle, parse. Never rejects. */
export async function callDesktop(
  handlers: DesktopHandlers,
  name: unknown,
  input: unknown,
  asker: Asker,
  onFault: (name: string, fault: unknown) => void,
): Promise<Answer> {
  if (typeof name !== 'string' || !Object.hasOwn(desktopContract, name)) return err(appError('request-invalid'));
  const known = name as DesktopName;
  const contract = desktopContract[known];
  const parsed = contract.input.safeParse(input);
  if (!parsed.success) return err(appError('request-invalid'));
  // The compiler cannot see that handler and input belong to the same name; the line above has made sure of it.
  const handler = handlers[known] as (input: unknown, asker: Asker) => Answer | Promise<Answer>;
  try {
    const answer = await handler(parsed.data, asker);
    return answer.ok ? ok(contract.output.parse(answer.value)) : err(appErrorSchema.parse(answer.error));
  } catch (fault) {
    onFault(known, fault);
    return err(appError('unexpected'));
  }
}

function senderOf(event: IpcMainInvokeEvent): Sender {
  const frame = event.senderFrame;
  return {
    contentsId: event.sender.id,
    mainFrame: frame !== null && frame === event.sender.mainFrame,
    address: frame?.url ?? null,
  };
}
