import { hour as hourLength, minute as minuteLength, second as secondLength } from '../time.ts';

/** Times of a day that are never laid out, because there can be one for each second of it. */
export class TimesOfDay {
  readonly #hours: readonly number[];
  readonly #minutes: readonly number[];
  readonly #seconds: readonly number[];
  readonly length: number;

  /** Takes hours, minutes and seconds, each ascending. */
  constructor(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]) {
    this.#hours = hours;
    this.#minutes = minutes;
    this.#seconds = seconds;
    this.length = hours.length * minutes.length * seconds.length;
  }

  /** Takes an index; returns the time, as milliseconds since midnight. */
  at(index: number): number {
    const inHour = this.#minutes.length * this.#seconds.length;
    const hour = this.#hours[Math.floor(index / inHour)] ?? 0;
    const minute = this.#minutes[Math.floor(index / this.#seconds.length) % this.#minutes.length] ?? 0;
    const second = this.#seconds[index % this.#seconds.length] ?? 0;
    return hour * hourLength + minute * minuteLength + second * secondLength;
  }

  /** Takes milliseconds since midnight; returns the index of the first time that is not before it. */
  firstFrom(clock: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < clock) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
