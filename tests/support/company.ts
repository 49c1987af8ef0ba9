import { readFileSync } from 'node:fs';
import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';

const fixture = (name: string): string => resolve(import.meta.dirname, '../network/fixtures', name);

/** The authority that signed for google.example, as a file. */
export const authorityFile = fixture('authority.pem');
/** The authority by which the company inspects, as a file. */
export const inspectionFile = fixture('stranger.pem');

/** What is answered in place of what was asked for. */
export interface Instead {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Names that lead to the one server behind the proxy. */
const googles: ReadonlySet<string> = new Set([
  'google.example:443',
  'www.googleapis.com:443',
  'oauth2.googleapis.com:443',
  'openidconnect.googleapis.com:443',
]);

/** The network of a company: a proxy on loopback, and behind it one server, which is Google to whoever asks for it. Nothing leads out. */
export interface Company {
  /** Where the proxy is, as `host:port`. */
  readonly proxy: string;
  /** What was asked of the proxy, in turn, each with its login. */
  readonly asked: { readonly target: string; readonly login: string | null }[];
  /** Takes the headers of a CONNECT; returns what the proxy answers instead of a tunnel, or null. */
  atProxy: (headers: IncomingHttpHeaders) => Instead | null;
  /** Takes the path of a request that came through; returns what is answered in Google's place, or null. */
  inGooglesPlace: (path: string) => Instead | null;
  /** Whether TLS ends at the company, with a certificate of its own. */
  inspects: boolean;
  /** Cuts all connections, and lets whoever held them notice, so that the next request makes a new one. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** Takes where Google is (an `http:` origin on loopback); returns the network of a company in front of it. */
export async function startCompany(google: string): Promise<Company> {
  const sockets = new Set<Duplex>();
  const keep = <Kind extends Duplex>(socket: Kind): Kind => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };

  const answer = (incoming: IncomingMessage, send: (instead: Instead) => void, pass: () => void): void => {
    const instead = company.inGooglesPlace(incoming.url ?? '/');
    if (instead === null) pass();
    else incoming.resume().on('end', () => send(instead));
  };
  const front = (certificate: string): Promise<number> => {
    const options = {
      key: readFileSync(fixture(`${certificate}.key`)),
      cert: readFileSync(fixture(`${certificate}.pem`)),
    };
    const server = createSecureServer(options, (incoming, response) => {
      answer(
        incoming,
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        () => {
          const { method, headers } = incoming;
          const onward = ask(new URL(incoming.url ?? '/', google), { method: method ?? 'GET', headers }, (answered) => {
            response.writeHead(answered.statusCode ?? 502, answered.headers);
            answered.pipe(response);
          });
          onward.on('error', () => response.destroy());
          incoming.pipe(onward);
        },
      );
    });
    server.on('connection', keep);
    return listening(server);
  };
  const servers: Server[] = [];
  const listening = (server: Server): Promise<number> => {
    servers.push(server);
    return new Promise((done) => {
      server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port));
    });
  };

  const honest = await front('google');
  const inspected = await front('inspected');
  const proxy = createServer(({ url: target = '', headers }, response) => {
    company.asked.push({ target, login: headers['proxy-authorization'] ?? null });
    response.writeHead(403).end();
  });
  proxy.on('connection', keep);
  proxy.on('connect', ({ url: target = '', headers }: IncomingMessage, client: Socket) => {
    company.asked.push({ target, login: headers['proxy-authorization'] ?? null });
    const isGoogle = googles.has(target);
    const leadsNowhere = isGoogle || target === new URL(google).host ? null : { status: 403 };
    const instead: Instead | null = company.atProxy(headers) ?? leadsNowhere;
    if (instead !== null) {
      const lines = Object.entries(instead.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
      client.end(`HTTP/1.1 ${instead.status} Instead\r\n${lines.join('')}\r\n${instead.body ?? ''}`);
      return;
    }
    const port = isGoogle ? (company.inspects ? inspected : honest) : Number(target.split(':').at(-1));
    const server = keep(
      connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        server.pipe(client);
        client.pipe(server);
      }),
    );
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  });
  const company: Company = {
    proxy: `127.0.0.1:${await listening(proxy)}`,
    asked: [],
    atProxy: () => null,
    inGooglesPlace: () => null,
    inspects: false,
    cut: async () => {
      for (const socket of sockets) socket.destroy();
      // Whoever has not noticed by then meets a cut connection and tries again.
      await new Promise((done) => setTimeout(done, 10));
    },
    close: async () => {
      await company.cut();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
  return company;
}
