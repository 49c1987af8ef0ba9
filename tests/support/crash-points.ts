import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import type { Store } from '../../src/main/ports/store.ts';
import type { SignIn, TokenVault } from '../../src/main/ports/tokens.ts';

/** The process is gone: nothing that it would still do has an effect. */
export class Killed extends Error {
  constructor(point: string) {
    super(`killed at ${point}`);
    this.name = 'Killed';
  }
}

/** Methods of a store that change what is stored; each is one transaction. */
export const writes =
  /^(add|ask|clear|correct|decide|deny|drop|explain|finish|forget|keep|leave|let|lift|mark|name|next|note|record|remember|remove|save|set|settle|start|store|take)[A-Z]|^(asOne|undo)$/;

/** Requests of a provider. */
export const requests: ReadonlySet<string> = new Set([
  'listCalendars',
  'readEvents',
  'send',
  'findTagged',
  'findDeleted',
]);

/** What a sign-in does at a distance. */
const signIns: ReadonlySet<string> = new Set(['signIn', 'revoke']);

/** What a vault changes in a keychain. */
const keeps: ReadonlySet<string> = new Set(['write', 'remove']);

/** What follows the name of a point. */
export type PointKind = 'carried out' | 'answered' | 'stored' | 'kept';

/**
 * Every effect of a process by its name, in their order:
 * - `… carried out`: a request that the service has carried out, and whose answer never arrives;
 * - `… answered`: the same one with its answer, before anything is made of it;
 * - `… stored`: a transaction of the store that is done;
 * - `vault.… kept`: an entry of the keychain that is written or removed.
 *
 * A request that never went out is killed at the effect before. Armed with a number, it ends the process at that point: the call
 * throws, and so does each one that comes after it. `reached` is told of each point instead, where a test ends a real process.
 */
export class CrashPoints {
  readonly passed: string[] = [];
  readonly #reached: ((name: string) => void) | null;
  #at = Infinity;
  #dead = false;

  constructor(reached: ((name: string) => void) | null = null) {
    this.#reached = reached;
  }

  /** Takes which point of those that are passed from now on ends the process, counted from one; none for null. */
  arm(point: number | null): void {
    this.passed.length = 0;
    this.#at = point ?? Infinity;
    this.#dead = false;
  }

  /** Does what is no part of a run: nothing of it is a point. */
  aside<Answer>(work: () => Answer): Answer {
    const [at, passed] = [this.#at, this.passed.length];
    this.#at = Infinity;
    try {
      return work();
    } finally {
      this.#at = at;
      this.passed.length = passed;
    }
  }

  get isDead(): boolean {
    return this.#dead;
  }

  #expectAlive(name: string): void {
    if (this.#dead) throw new Killed(name);
  }

  pass(name: string): void {
    this.#expectAlive(name);
    this.passed.push(name);
    this.#reached?.(name);
    if (this.passed.length < this.#at) return;
    this.#dead = true;
    throw new Killed(name);
  }

  /** Takes an object whose named methods go out to a service; returns it with their points. */
  #far<Port extends object>(inner: Port, prefix: string, names: ReadonlySet<string>): Port {
    return wrapped(inner, (name, call) => {
      if (!names.has(name)) return call();
      const point = `${prefix}${name}`;
      this.#expectAlive(point);
      return (call() as Promise<unknown>).then((answer) => {
        this.pass(`${point} carried out`);
        this.pass(`${point} answered`);
        return answer;
      });
    });
  }

  readonly provider = (inner: CalendarProvider): CalendarProvider => this.#far(inner, '', requests);

  readonly signIn = (inner: SignIn): SignIn => this.#far(inner, '', signIns);

  readonly vault = <Vault extends TokenVault>(inner: Vault): Vault =>
    wrapped(inner, (name, call) => {
      if (!keeps.has(name)) return call();
      this.#expectAlive(name);
      return (call() as Promise<unknown>).then((answer) => {
        this.pass(`vault.${name} kept`);
        return answer;
      });
    });

  readonly store = (inner: Store): Store =>
    wrapped(inner, (name, call) => {
      if (!writes.test(name)) return call();
      this.#expectAlive(name);
      const answer = call();
      this.pass(`${name} stored`);
      return answer;
    });
}

/** Takes an object of functions, and what is done around each call; returns the same object with that done. */
export function wrapped<Ports extends object>(
  inner: Ports,
  around: (name: string, call: () => unknown) => unknown,
): Ports {
  return new Proxy(inner, {
    get: (target, name, receiver): unknown => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...values: unknown[]): unknown => around(name, () => Reflect.apply(value, target, values));
    },
  });
}
