import type { Hono } from 'hono';
import { z } from 'zod';
import type { RequestBindings, SimulatorContext, SimulatorEnvironment } from '../http/environment.ts';
import { canonicalScope, readForm } from './routes.ts';

/** An authorisation request that passed every check and waits for the person. */
interface ConsentRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly includeGranted: boolean;
  readonly hint: string | null;
}

/** A fault that Google shows on its own page and never sends to the redirect address (google-calendar.md §7.1). */
interface PageError {
  readonly status: 400 | 401 | 403;
  readonly error: string;
  readonly description: string;
}

const SIGN_IN_SCOPES: ReadonlySet<string> = new Set([
  'openid',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
]);
const CALENDAR_SCOPE = /^https:\/\/www\.googleapis\.com\/auth\/calendar(\.[a-z.]+)?$/;
const SCOPE_WORDS: Readonly<Record<string, string>> = {
  calendar: 'See, edit, share and permanently delete all the calendars you can access',
  'calendar.events': 'View and edit events on all your calendars',
  'calendar.events.readonly': 'View events on all your calendars',
  'calendar.calendarlist.readonly': 'See the list of calendars you are subscribed to',
  'calendar.readonly': 'See and download any calendar you can access',
};

const decisionSchema = z.object({
  request: z.string().min(1),
  account: z.string().min(1),
  decision: z.enum(['allow', 'deny']),
});

/** Registers the authorisation page: GET shows the form, POST takes the person's decision. */
export function registerConsent(app: Hono<SimulatorEnvironment>): void {
  app.get('/o/oauth2/v2/auth', (context) => {
    const request = readRequest(context);
    if ('error' in request) return errorPage(request);
    return page(consentForm(context.env.backend, request, new URL(context.req.url).search));
  });

  app.post('/o/oauth2/v2/auth', (context) => {
    const form = readForm(context);
    const decision = decisionSchema.safeParse(Object.fromEntries(form));
    if (!decision.success) {
      return errorPage({ status: 400, error: 'invalid_request', description: 'The form is incomplete.' });
    }
    // Because the request travels in the form itself: it is read again here, so a changed one is checked again.
    const request = readRequest(context, new URLSearchParams(decision.data.request));
    if ('error' in request) return errorPage(request);
    const { grants, service } = context.env.backend;
    const account = service.accounts.get(decision.data.account);
    if (account === undefined) {
      return errorPage({ status: 400, error: 'invalid_request', description: 'There is no such account.' });
    }
    const target = new URL(request.redirectUri);
    if (request.state !== null) target.searchParams.set('state', request.state);
    if (decision.data.decision === 'deny') {
      target.searchParams.set('error', 'access_denied');
      return redirect(target);
    }
    const ticked = new Set(form.getAll('scope'));
    const granted = new Set(request.scopes.filter((scope) => SIGN_IN_SCOPES.has(scope) || ticked.has(scope)));
    if (request.includeGranted) {
      for (const scope of grants.grantedScopes(account.email, request.clientId)) granted.add(scope);
    }
    const scopes = [...granted];
    const { clientId, redirectUri, challenge } = request;
    const code = grants.issueCode({ clientId, email: account.email, scopes, redirectUri, challenge });
    target.searchParams.set('code', code);
    target.searchParams.set('scope', scopes.join(' '));
    target.searchParams.set('authuser', '0');
    target.searchParams.set('prompt', 'consent');
    return redirect(target);
  });
}

function readRequest(context: SimulatorContext, from?: URLSearchParams): ConsentRequest | PageError {
  const query = from ?? new URL(context.req.url).searchParams;
  const { grants, service } = context.env.backend;
  const bad = (description: string, error = 'invalid_request'): PageError => ({ status: 400, error, description });
  // Because embedded web views are refused (google-calendar.md §7.1); Electron's default user agent names itself.
  if (/\bElectron\//.test(context.req.header('user-agent') ?? '')) {
    return { status: 403, error: 'disallowed_useragent', description: 'This browser or app may not be secure.' };
  }
  const clientId = query.get('client_id');
  if (clientId === null) return bad('Missing required parameter: client_id');
  if (!grants.clients.has(clientId)) {
    return { status: 401, error: 'invalid_client', description: 'The OAuth client was not found.' };
  }
  const redirectUri = query.get('redirect_uri');
  if (redirectUri === null) return bad('Missing required parameter: redirect_uri');
  if (!isLoopback(redirectUri)) return bad(`Redirect URI ${redirectUri} is not allowed.`, 'redirect_uri_mismatch');
  const type = query.get('response_type');
  if (type === null) return bad('Missing required parameter: response_type');
  if (type !== 'code') return bad(`Invalid response_type: ${type}`, 'unsupported_response_type');
  const asked = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (asked.length === 0) return bad('Missing required parameter: scope');
  const scopes = [...new Set(asked.map(canonicalScope))];
  const unknown = scopes.find((scope) => !SIGN_IN_SCOPES.has(scope) && !CALENDAR_SCOPE.test(scope));
  if (unknown !== undefined) return bad(`Some requested scopes were invalid: ${unknown}`, 'invalid_scope');
  const challenge = query.get('code_challenge') ?? undefined;
  const method = query.get('code_challenge_method');
  if (challenge === undefined && service.switches.pkceRequired)
    return bad('Missing required parameter: code_challenge');
  if (challenge !== undefined && method !== 'S256') return bad('code_challenge_method must be S256.');
  if (challenge !== undefined && !/^[A-Za-z0-9\-_]{43}$/.test(challenge)) return bad('Invalid code_challenge.');
  return {
    clientId,
    redirectUri,
    state: query.get('state'),
    scopes,
    challenge,
    includeGranted: query.get('include_granted_scopes') === 'true',
    hint: query.get('login_hint'),
  };
}

/** Whether an address is a loopback one, on any port (RFC 8252 §7.3). */
function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, hash, username } = new URL(address);
  return (
    protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname) && hash === '' && username === ''
  );
}

function redirect(target: URL): Response {
  return new Response(null, { status: 302, headers: { location: target.href, 'cache-control': 'no-store' } });
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function consentForm(backend: RequestBindings['backend'], request: ConsentRequest, search: string): string {
  const accounts = [...backend.service.accounts.values()];
  const chosen = accounts.find((account) => account.email === request.hint) ?? accounts[0];
  const choices = accounts
    .map(({ email, name }) => {
      const checked = email === chosen?.email ? ' checked' : '';
      const id = escape(`account-${email}`);
      return `<label for="${id}"><input type="radio" name="account" id="${id}" value="${escape(email)}"${checked}>
        <span>${escape(name)}<small>${escape(email)}</small></span></label>`;
    })
    .join('\n');
  const boxes = request.scopes
    .filter((scope) => !SIGN_IN_SCOPES.has(scope))
    .map((scope) => {
      const short = scope.replace('https://www.googleapis.com/auth/', '');
      const id = escape(`scope-${short.replaceAll('.', '-')}`);
      return `<label for="${id}"><input type="checkbox" name="scope" id="${id}" value="${escape(scope)}" checked>
        <span>${escape(SCOPE_WORDS[short] ?? short)}<small>${escape(scope)}</small></span></label>`;
    })
    .join('\n');
  return `<h1>Sign in with the simulated Google</h1>
<p>This page belongs to the CalSync simulator. Nothing here reaches Google.</p>
<form method="post" action="/o/oauth2/v2/auth" id="consent">
<input type="hidden" name="request" value="${escape(search.replace(/^\?/, ''))}">
<fieldset><legend>Choose an account</legend>${choices}</fieldset>
<fieldset><legend>Select what the app can access</legend>${boxes || '<p>Your name and e-mail address.</p>'}</fieldset>
<div><button type="submit" name="decision" value="deny" id="deny">Cancel</button>
<button type="submit" name="decision" value="allow" id="allow">Continue</button></div>
</form>`;
}

function errorPage({ status, error, description }: PageError): Response {
  const body = `<h1>Access blocked</h1><p id="description">${escape(description)}</p>
<p>Error ${status}: <code id="error">${escape(error)}</code></p>`;
  return page(body, status);
}

function page(body: string, status = 200): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in – simulator</title>
<meta name="viewport" content="width=device-width"><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem;color:#1f1f1f;background:#fff}
fieldset{border:1px solid #c4c7c5;border-radius:12px;margin:1rem 0;padding:.5rem 1rem}
label{display:flex;gap:.75rem;padding:.5rem 0;align-items:flex-start}small{display:block;color:#5f6368}
button{font:inherit;padding:.5rem 1.25rem;border-radius:999px;border:1px solid #0b57d0;background:#fff;color:#0b57d0}
#allow{background:#0b57d0;color:#fff}</style></head><body><main>${body}</main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
}
