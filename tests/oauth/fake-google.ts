import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OAuthEndpoints } from '../../src/main/oauth/index.ts';
import { googleOAuthEndpoints } from '../../src/main/oauth/index.ts';

/** What a request to the fake server was. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** An answer: a JSON body, or text of another type, or `cut` to break the connection. */
export type Answer =
  | { readonly status?: number; readonly json: unknown }
  | {
      readonly status?: number;
      readonly text: string;
      readonly type: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | 'cut';

export interface FakeGoogle {
  readonly endpoints: OAuthEndpoints;
  readonly seen: Seen[];
  /** The clock of its answers. */
  now: () => number;
  /** Resolves when a caller has hung up before it was answered. */
  readonly hungUp: Promise<true>;
  /** Decides each answer; a test sets it. */
  answer: (request: Seen) => Answer | Promise<Answer>;
  close(): Promise<void>;
}

/** Starts a token endpoint on loopback that does as it is told, for what the simulator rightly never does. */
export async function startFakeGoogle(): Promise<FakeGoogle> {
  const seen: Seen[] = [];
  const { promise: hungUp, resolve: hangUp } = Promise.withResolvers<true>();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const google: FakeGoogle = {
    endpoints: googleOAuthEndpoints(`http://127.0.0.1:${address.port}`),
    seen,
    now: Date.now,
    hungUp,
    answer: () => ({ status: 500, json: {} }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', () => {
      if (!response.writableEnded) hangUp(true);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const call: Seen = {
      method: request.method ?? '',
      path,
      query,
      form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))),
      authorization: request.headers.authorization,
    };
    seen.push(call);
    const answer = await google.answer(call);
    if (answer === 'cut') {
      request.socket.destroy();
      return;
    }
    const isJson = 'json' in answer;
    response.writeHead(answer.status ?? 200, {
      date: new Date(google.now()).toUTCString(),
      'content-type': isJson ? 'application/json; charset=utf-8' : answer.type,
      ...(isJson ? {} : answer.headers),
    });
    response.end(isJson ? JSON.stringify(answer.json) : answer.text);
  }

  return google;
}

/** Takes claims, returns an unsigned id_token that carries them. */
export function idToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
