import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import type { Store } from '../../src/main/ports/store.ts';

/** The process is gone: nothing that it would still do has an effect. */
export class Killed extends Error {
  constructor(point: string) {
    super(`killed at ${point}`);
    this.name = 'Killed';
  }
}

/** Methods of a store that change what is stored; each is one transaction. */
export const writes =
  /^(add|ask|clear|correct|deny|drop|explain|finish|forget|keep|leave|lift|mark|name|note|record|remember|save|set|settle|start|store|take)[A-Z]/;

/** Requests of a provider. */
export const requests: ReadonlySet<string> = new Set([
  'listCalendars',
  'readEvents',
  'send',
  'findTagged',
  'findDeleted',
]);

/**
 * Every effect of a run by its name: each request when it has been answered, and each write of the store when it is done, in
 * their order; before the next one is the same as after this one. A request that was answered and whose answer was lost is killed
 * at it, one that never went out at the effect before. Armed with a number, it ends the process at that point: the call throws, and so does each one that comes after it.
 */
export class CrashPoints {
  readonly passed: string[] = [];
  #at = Infinity;
  #dead = false;

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
    if (this.passed.length < this.#at) return;
    this.#dead = true;
    throw new Killed(name);
  }

  readonly provider = (inner: CalendarProvider): CalendarProvider =>
    wrapped(inner, (name, call) => {
      if (!requests.has(name)) return call();
      this.#expectAlive(name);
      return (call() as Promise<unknown>).then((answer) => {
        this.pass(name);
        return answer;
      });
    });

  readonly store = (inner: Store): Store =>
    wrapped(inner, (name, call) => {
      if (!writes.test(name)) return call();
      this.#expectAlive(name);
      const answer = call();
      this.pass(name);
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
