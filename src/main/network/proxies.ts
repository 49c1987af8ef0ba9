/** A proxy that is spoken with by HTTP's CONNECT. */
export interface Proxy {
  readonly kind: 'proxy';
  /** How the proxy itself is spoken with. */
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** `name:password`, or null. Never shown, never logged. */
  readonly login: string | null;
}

/** One way to a service. `unsupported` names a kind of proxy that is not spoken here. */
export type Way = { readonly kind: 'direct' } | Proxy | { readonly kind: 'unsupported'; readonly what: string };

/** Takes an address; returns the ways to it in the order in which they are to be tried, at least one. */
export type WaysTo = (address: URL) => Promise<readonly [Way, ...Way[]]>;

export type Environment = Readonly<Record<string, string | undefined>>;

const direct: Way = { kind: 'direct' };
const defaultPorts = { http: 80, https: 443 } as const;

/** Takes a proxy; returns its name for people, which never holds a login. */
export function nameOfProxy({ host, port }: Proxy): string {
  return `${host}:${port}`;
}

/** Takes the ways of an address; returns the first of the variables that a proxy is set by. The order is that of gaxios, which read them before. */
function variable(env: Environment): string | null {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
    const value = env[name]?.trim() ?? '';
    if (value !== '') return value;
  }
  return null;
}

/** Takes what a variable says, with or without `http://`; returns the way that it means. */
function readVariable(text: string): Way {
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  // Its text may hold a password, so that only the name of its kind is told.
  if (url === null || url.hostname === '') return { kind: 'unsupported', what: 'HTTPS_PROXY' };
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'http' && scheme !== 'https') return { kind: 'unsupported', what: scheme.slice(0, 20) };
  const login = url.username === '' ? null : `${decoded(url.username)}:${decoded(url.password)}`;
  const port = url.port === '' ? defaultPorts[scheme] : Number(url.port);
  return { kind: 'proxy', scheme, host: bare(url.hostname), port, login };
}

/** A percent sign in a password that nobody encoded stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An IPv6 address without its brackets, because sockets take it so. */
const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').toLowerCase();

/** Takes a host; returns whether it is this computer itself, which no proxy can reach. */
function isLoopback(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host);
}

/**
 * Takes `NO_PROXY` and an address; returns whether it is reached without a proxy: `*`, a name with all below it (`example.com`,
 * `.example.com`, `*.example.com`), or either with a port, between commas or blanks.
 */
function isExcepted(list: string, address: URL): boolean {
  const host = bare(address.hostname);
  const port = address.port === '' ? String(address.protocol === 'http:' ? 80 : 443) : address.port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '') return false;
      if (entry === '*') return true;
      const [, name = entry, ofPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
      if (ofPort !== undefined && ofPort !== port) return false;
      const plain = bare(name.replace(/^\*?\./, ''));
      return plain !== '' && (host === plain || host.endsWith(`.${plain}`));
    });
}

/** Takes the environment; returns the ways that `HTTPS_PROXY` and `NO_PROXY` name. This computer itself is never reached by a proxy. */
export function waysOfEnvironment(env: Environment): WaysTo {
  const named = variable(env);
  const proxy = named === null ? null : readVariable(named);
  const except = env['NO_PROXY'] ?? env['no_proxy'] ?? '';
  return (address) =>
    Promise.resolve([
      proxy === null || isLoopback(bare(address.hostname)) || isExcepted(except, address) ? direct : proxy,
    ]);
}

/**
 * Takes what asks the desktop (Electron's `resolveProxy`) and the environment; returns the ways that the desktop's settings name. A
 * login is in none of these settings, so that it is taken from `HTTPS_PROXY` where that names the same proxy.
 */
export function waysOfDesktop(resolveProxy: (address: string) => Promise<string>, env: Environment): WaysTo {
  const named = variable(env);
  const known = named === null ? null : readVariable(named);
  return async (address) => {
    // Its path and query are nobody's business but the service's.
    const ways = readPac(await resolveProxy(`${address.origin}/`)).map((way) =>
      way.kind === 'proxy' && known?.kind === 'proxy' && known.host === way.host && known.port === way.port
        ? { ...way, login: known.login }
        : way,
    );
    const [first = direct, ...others] = ways;
    return [first, ...others];
  };
}

/**
 * Takes the answer of a PAC script (`PROXY a:8080; HTTPS b:443; DIRECT`); returns its ways. What cannot be used is passed over where
 * another way follows, and told where none does.
 */
export function readPac(text: string): readonly Way[] {
  const ways = text.split(';').flatMap((entry): readonly Way[] => {
    const [kind = '', place = ''] = entry.trim().split(/\s+/);
    if (kind === '') return [];
    if (/^direct$/i.test(kind)) return [direct];
    const scheme = /^(?:proxy|http)$/i.test(kind) ? 'http' : /^https$/i.test(kind) ? 'https' : null;
    const url = URL.canParse(`${scheme ?? 'http'}://${place}`) ? new URL(`${scheme ?? 'http'}://${place}`) : null;
    if (scheme === null || url === null) return [{ kind: 'unsupported', what: kind.slice(0, 20) }];
    const port = url.port === '' ? defaultPorts[scheme] : Number(url.port);
    return [{ kind: 'proxy', scheme, host: bare(url.hostname), port, login: null }];
  });
  const usable = ways.filter(({ kind }) => kind !== 'unsupported');
  return usable.length > 0 ? usable : ways;
}
