import { minute, second } from '../../../shared/time.ts';

/** How long one request may take, and how much its answer may be (ADR 0046). */
export interface AnswerLimits {
  /** Milliseconds without a byte of the answer, its first one included. */
  readonly silence: number;
  /** Milliseconds in all. */
  readonly total: number;
  /** Bytes of the body after unpacking. */
  readonly bytes: number;
}

/** A page of 2500 rows has two to ten MB; nothing honest is silent for so long. */
export const answerLimits: AnswerLimits = {
  silence: 30 * second,
  total: 2 * minute,
  bytes: 32 * 1024 * 1024,
};

/** What ends an answer before it is whole. */
export type Overrun = 'silence' | 'total' | 'bytes';

/** Keeps one answer within its limits. */
export interface AnswerWatch {
  /** Aborted when a limit is reached. */
  readonly signal: AbortSignal;
  /** Which limit was reached, or null. */
  overrun(): Overrun | null;
  /**
   * Takes a body as it arrives, unpacked; returns it as text. Null where a limit was reached: then nothing more of it is
   * read or kept. Rejects where the body breaks off.
   */
  read(body: unknown): Promise<string | null>;
  /** Ends the watch, and with it whatever of the request goes on. */
  end(): void;
}

/** Takes limits; returns what keeps one request to them, from now on. */
export function watchAnswer(limits: AnswerLimits): AnswerWatch {
  const controller = new AbortController();
  let overrun: Overrun | null = null;
  const stop = (why: Overrun): void => {
    overrun ??= why;
    controller.abort();
  };
  const total = setTimeout(() => stop('total'), limits.total);
  const silence = setTimeout(() => stop('silence'), limits.silence);
  return {
    signal: controller.signal,
    overrun: () => overrun,
    async read(body) {
      silence.refresh();
      if (body === null || body === undefined || typeof body === 'string') return body ?? '';
      const decoder = new TextDecoder();
      let bytes = 0;
      let text = '';
      for await (const chunk of bodyOf(body)) {
        silence.refresh();
        bytes += chunk.byteLength;
        if (bytes > limits.bytes) stop('bytes');
        // Because what is unpacked already may go on arriving after the request was called off.
        if (overrun !== null) return null;
        text += decoder.decode(chunk, { stream: true });
      }
      return text + decoder.decode();
    },
    end() {
      clearTimeout(total);
      clearTimeout(silence);
      controller.abort();
    },
  };
}

/** The two forms in which HTTP clients hand over a body. */
function bodyOf(body: unknown): AsyncIterable<Uint8Array> {
  const stream = body as AsyncIterable<Uint8Array> & { on?: (event: 'error', listener: () => void) => unknown };
  // Because a request that is called off makes its body fail once more, and nobody listens to it by then.
  stream.on?.('error', () => undefined);
  return stream;
}
