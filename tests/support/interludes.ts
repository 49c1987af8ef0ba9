import type { CalendarProvider } from '../../src/main/ports/provider.ts';
import { requests, wrapped } from './crash-points.ts';

/** What others do while a run waits for an answer: before one of its next requests goes out. */
export class Interludes {
  #left = Infinity;
  #work: () => Promise<void> = () => Promise.resolve();

  /** Takes before which of the requests that come it happens, counted from one, and what; once. */
  before(request: number, work: () => Promise<void>): void {
    this.#left = request;
    this.#work = work;
  }

  /** Nothing happens any more. */
  drop(): void {
    this.#left = Infinity;
  }

  readonly provider = (inner: CalendarProvider): CalendarProvider =>
    wrapped(inner, (name, call) => {
      if (!requests.has(name)) return call();
      this.#left -= 1;
      if (this.#left !== 0) return call();
      return this.#work().then(() => call());
    });
}
