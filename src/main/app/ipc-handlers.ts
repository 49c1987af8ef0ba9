import type { AppError } from '../../shared/errors.ts';
import { appError, appErrorSchema } from '../../shared/errors.ts';
import type { IpcInput, IpcName, IpcOutput } from '../../shared/ipc.ts';
import { ipcContract } from '../../shared/ipc.ts';
import type { Result } from '../../shared/result.ts';
import { err, ok } from '../../shared/result.ts';
import { diskFailureOf } from '../store/index.ts';
import type { CalSync } from './calsync.ts';
import { previewOf } from './preview.ts';

type MaybePromise<Value> = Value | Promise<Value>;

/**
 * One handler for each name of the contract: takes the parsed input, returns the output or a failure that can be shown.
 * A name of the contract without a handler does not compile.
 */
export type IpcHandlers = {
  readonly [Name in IpcName]: (input: IpcInput<Name>) => MaybePromise<Result<IpcOutput<Name>, AppError>>;
};

/** The envelope of each answer (`ipcAnswerSchema`). */
export type IpcAnswer = Result<unknown, AppError>;

/**
 * Told of a bug behind the contract: a handler that threw, or an answer that is not of its declared shape. The page
 * never sees the fault itself, because its text may hold what must not leave this process.
 */
export type IpcFaultListener = (name: IpcName, fault: unknown) => void;

/** Takes the use cases, returns the handlers that any shell (Electron, the local page) can register. */
export function createIpcHandlers(app: CalSync): IpcHandlers {
  return {
    'status.get': () => ok(app.status()),
    'sync.now': () => app.sync('manual'),
    'sync.start': () => app.sync('manual', { start: true }),
    'run.list': () => ok([...app.runs()]),
    'sync.pause': ({ until }) => ok(app.pause(until)),
    'sync.resume': () => ok(app.resume()),
    'plan.preview': async () => {
      const planned = await app.plan();
      return planned.ok ? ok(previewOf(planned.value)) : planned;
    },
    'why.ask': ({ query }) => ok(app.why(query)),
    'calendar.use': ({ calendarId, source, target }) => app.useCalendar(calendarId, { source, target }),
    'calendar.renamed': ({ calendarId, same }) => app.answerRenaming(calendarId, same),
    'calendar.clear': ({ calendarId }) => app.clearCalendar(calendarId),
    'account.add': () => app.addAccount({}),
    'account.reconnect': ({ accountId }) => app.reconnectAccount(accountId),
    'account.openAgain': () => app.openSignInAgain(),
    'account.cancel': () => {
      app.cancelSignIn();
      return ok(null);
    },
    'account.remove': ({ accountId, revoke, othersOn }) => app.removeAccount(accountId, { revoke, othersOn }),
    'blocks.find': ({ accountId }) => app.findBlocks(accountId),
    'hold.resolve': ({ key, choice, version }) => app.resolveHold(key, choice, version),
    'hold.blocks': ({ key }) => app.heldBlocks(key),
    'hold.list': () => ok([...app.holds()]),
    'trouble.known': ({ parts }) => ok(app.acknowledge(parts)),
    'mute.list': () => ok([...app.mutes()]),
    'mute.lift': ({ key }) => {
      const lifted = app.liftMute(key);
      return lifted.ok ? ok([...lifted.value]) : lifted;
    },
    'undo.preview': ({ run }) => app.previewUndo(run),
    'undo.run': ({ run, version }) => app.undo(run, { version }),
    'kept.list': () => ok([...app.kept()]),
    'kept.letGo': ({ key }) => {
      const done = app.letGo(key);
      return done.ok ? ok([...done.value]) : done;
    },
    'policy.get': () => ok(app.policies()),
    'policy.preview': (change) => app.previewPolicies(change),
    'policy.save': (change) => app.savePolicies(change),
    'copy.list': () => {
      const found = app.copies();
      return found.ok ? ok([...found.value]) : found;
    },
    'copy.remove': () => {
      const removed = app.removeCopies();
      if (!removed.ok) return removed;
      const left = app.copies();
      return left.ok ? ok([...left.value]) : left;
    },
    'client.get': () => app.oauthClient(),
    'client.save': ({ text, fileName }) => app.saveOAuthClient(text, fileName),
    'doctor.run': async () => ok(await app.doctor('app')),
    'support.report': async () => ok(await app.supportReport()),
    'reset.run': ({ othersOn }) => app.reset({ othersOn }),
  };
}

/**
 * Answers one request of a page. Takes the handlers, and a name and an input that nobody has looked at yet; parses
 * both with the contract, runs the handler and parses what comes out, so that a field that the contract does not
 * declare cannot leave: such an answer is refused as a whole, because dropping the field would hide the bug.
 * Resolves to `request-invalid` for an unknown name or a bad input, to `database-failed` where the disk refused, to `unexpected`
 * (without any text of the fault) for a bug. Never rejects.
 */
export async function callIpc(
  handlers: IpcHandlers,
  name: unknown,
  input: unknown,
  onFault: IpcFaultListener = () => undefined,
): Promise<IpcAnswer> {
  if (!isIpcName(name)) return err(appError('request-invalid'));
  const contract = ipcContract[name];
  const parsed = contract.input.safeParse(input);
  if (!parsed.success) return err(appError('request-invalid'));

  // The compiler cannot see that handler and input belong to the same name; the line above has made sure of it.
  const handler = handlers[name] as (input: unknown) => MaybePromise<Result<unknown, AppError>>;
  try {
    const answer = await handler(parsed.data);
    return answer.ok ? ok(contract.output.parse(answer.value)) : err(appErrorSchema.parse(answer.error));
  } catch (fault) {
    const failure = diskFailureOf(fault);
    if (failure !== null) return err(failure);
    onFault(name, fault);
    return err(appError('unexpected'));
  }
}

function isIpcName(name: unknown): name is IpcName {
  return typeof name === 'string' && Object.hasOwn(ipcContract, name);
}
