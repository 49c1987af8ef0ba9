import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { appError, type AppError } from '../../shared/errors.ts';
import { second } from '../../shared/time.ts';
import { errorOfConnect, errorOfFault, faultOfError } from '../core/between.ts';
import type { Authorities } from './authorities.ts';
import { nameOfProxy, type Proxy, type Way, type WaysTo } from './proxies.ts';

export interface NetworkOptions {
  readonly waysTo: WaysTo;
  readonly authorities: Authorities;
}

/** What is found on the way to a service. */
export interface Found {
  /** The proxy that is used, without a login, or null where there is none. */
  readonly proxy: string | null;
  /** Who signed the certificate that answered, or null where none did. */
  readonly authority: string | null;
  /** What is wrong on the way, or null. */
  readonly error: AppError | null;
}

/** The one way by which all services are reached. */
export interface Network {
  /** Takes an address; returns the agent that its requests go by. */
  readonly agentFor: (address: URL) => http.Agent;
  /** Takes an address; connects to its server, asks it nothing, and returns what is found on the way. Never rejects. */
  look(address: string): Promise<Found>;
}

/** A proxy that has not made a tunnel after this is taken for one that cannot be reached. */
const longestTunnel = 20 * second;

/** As Node's own agents have it. */
const pooling = { keepAlive: true, scheduling: 'lifo', timeout: 5 * second } as const;

/** Carries a failure on the way through the HTTP client. */
class WayFault extends Error {
  readonly code: string;
  readonly failure: AppError;

  constructor(failure: AppError) {
    super(failure.code);
    this.code = faultOfError(failure);
    this.failure = failure;
  }
}

/** Says that there is no network at all, and nothing of the proxy. */
const noNetwork: ReadonlySet<unknown> = new Set(['ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN']);

/**
 * Takes how services are reached and whom to believe; returns the agents for all requests. A service behind a proxy is reached by
 * CONNECT, whatever its scheme, so that a proxy sees names and no request.
 */
export function createNetwork({ waysTo, authorities }: NetworkOptions): Network {
  /** Takes a proxy and what is to be reached; returns a connection to it, or throws a `WayFault` or what the system says. */
  const tunnel = (proxy: Proxy, host: string, port: number): Promise<Duplex> =>
    new Promise((resolve, reject) => {
      const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const login = proxy.login === null ? {} : { 'Proxy-Authorization': `Basic ${base64(proxy.login)}` };
      const request = (proxy.scheme === 'https' ? https : http).request({
        host: proxy.host,
        port: proxy.port,
        method: 'CONNECT',
        path: target,
        headers: { Host: target, ...login },
        agent: false,
        ...(proxy.scheme === 'https' ? { secureContext: authorities.context() } : {}),
      });
      request.setTimeout(longestTunnel, () =>
        request.destroy(new WayFault(appError('proxy-unreachable', nameOfProxy(proxy), 'no answer to CONNECT'))),
      );
      request.once('connect', (response, socket, head) => {
        const { statusCode: status = 0, headers } = response;
        if (status < 200 || status > 299) {
          socket.destroy();
          const header = (name: string): string | null => headers[name]?.toString() ?? null;
          reject(new WayFault(errorOfConnect({ status, header }, nameOfProxy(proxy))));
          return;
        }
        socket.setTimeout(0);
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      request.once('error', (fault: NodeJS.ErrnoException) => {
        const { code = 'unknown' } = fault;
        if (fault instanceof WayFault || noNetwork.has(code) || errorOfFault(code) !== null) reject(fault);
        else reject(new WayFault(appError('proxy-unreachable', nameOfProxy(proxy), code.slice(0, 64))));
      });
      request.end();
    });

  /** Takes what is to be reached; returns the way that worked and its connection (null: none is needed yet), or throws. */
  const goTo = async (address: URL, host: string, port: number): Promise<{ way: Way; socket: Duplex | null }> => {
    const ways = await waysTo(address);
    let fault: unknown;
    for (const way of ways) {
      if (way.kind === 'direct') return { way, socket: null };
      if (way.kind === 'unsupported') {
        fault = new WayFault(appError('proxy-unsupported', way.what));
        continue;
      }
      try {
        return { way, socket: await tunnel(way, host, port) };
      } catch (error) {
        fault = error;
        // Another proxy is for where one cannot be reached, and not for what one refuses.
        if (!(error instanceof WayFault) || error.failure.code !== 'proxy-unreachable') break;
      }
    }
    throw fault;
  };

  const agentOf = <Kind extends http.Agent>(agent: Kind, scheme: 'http' | 'https'): Kind => {
    const connectDirectly = agent.createConnection.bind(agent);
    // Given to the agent itself, because this is how Node lets a connection be made in more than one step.
    agent.createConnection = (options, callback) => {
      const host = options.host ?? 'localhost';
      const port = Number(options.port);
      const secure = scheme === 'https' ? { secureContext: authorities.context() } : {};
      const connect = async (): Promise<Duplex | null | undefined> => {
        const { socket } = await goTo(
          new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`),
          host,
          port,
        );
        if (socket === null) return connectDirectly({ ...options, ...secure });
        if (scheme === 'http') return socket;
        // Its own path would be that of a socket in the file system.
        return tls.connect({ ...options, ...secure, path: undefined, socket } as tls.ConnectionOptions);
      };
      connect().then(
        (socket) => callback?.(null, socket as Duplex),
        (fault: unknown) => callback?.(fault as Error, undefined as unknown as Duplex),
      );
      return undefined;
    };
    return agent;
  };

  const secureAgent = agentOf(new https.Agent(pooling), 'https');
  const plainAgent = agentOf(new http.Agent(pooling), 'http');

  return {
    agentFor: (address) => (address.protocol === 'https:' ? secureAgent : plainAgent),

    async look(address) {
      const url = new URL(address);
      const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
      const isSecure = url.protocol === 'https:';
      const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
      let proxy: string | null = null;
      try {
        const [first] = await waysTo(url);
        if (first.kind === 'proxy') proxy = nameOfProxy(first);
        const { way, socket } = await goTo(url, host, port);
        proxy = way.kind === 'proxy' ? nameOfProxy(way) : null;
        const open = socket ?? (await connected(net.connect({ host, port })));
        if (!isSecure) {
          open.destroy();
          return { proxy, authority: null, error: null };
        }
        return { proxy, ...(await certificateOn(open, host, authorities.context())) };
      } catch (fault) {
        return { proxy, authority: null, error: errorOf(fault) };
      }
    },
  };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

function errorOf(fault: unknown): AppError {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown';
  return errorOfFault(code) ?? appError('offline', null, /^[\w.-]{1,64}$/.test(code) ? code : 'unknown');
}

/** Takes a socket; returns it once it is connected. Rejects where it is not, or not in time. */
function connected<Socket extends net.Socket>(socket: Socket, event = 'connect'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(longestTunnel, () => socket.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
    socket.once(event, () => resolve(socket));
  });
}

/** Takes a connection, the name of its server and whom to believe; returns who signed what answers there. It is sent nothing. */
async function certificateOn(
  open: Duplex,
  host: string,
  secureContext: tls.SecureContext,
): Promise<Pick<Found, 'authority' | 'error'>> {
  const servername = net.isIP(host) === 0 ? host : '';
  // Unchecked only here, because a certificate that is not believed is what is to be looked at; nothing goes over it.
  const look = tls.connect({ socket: open, host, servername, secureContext, rejectUnauthorized: false });
  const socket = await connected(look, 'secureConnect');
  const authority = authorityOf(socket.getPeerCertificate(true));
  const code = socket.authorized ? null : socket.authorizationError;
  socket.destroy();
  if (code === null) return { authority, error: null };
  const text = code instanceof Error && 'code' in code ? String(code.code) : String(code);
  return { authority, error: errorOfFault(text) ?? appError('network-inspected', null, text.slice(0, 64)) };
}

/** Takes a certificate with those above it, or an empty object where there is none; returns the name of the last that signed. */
function authorityOf(certificate: Partial<tls.DetailedPeerCertificate>): string | null {
  let top = certificate;
  for (let depth = 0; depth < 10; depth += 1) {
    const above: Partial<tls.DetailedPeerCertificate> | undefined = top.issuerCertificate;
    if (above === undefined || above.fingerprint256 === top.fingerprint256) break;
    top = above;
  }
  const name = [top.issuer?.CN, top.issuer?.O].flat().find((one) => one !== undefined);
  // Whoever answers chose this text.
  return name === undefined ? null : name.replaceAll(/\p{Cc}/gu, ' ').slice(0, 100);
}
