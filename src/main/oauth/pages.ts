import { createHash } from 'node:crypto';
import type { AppError } from '../../shared/errors.ts';
import { landingWords, messageFor } from '../../shared/messages.ts';

/** What a browser is shown on the loopback address. */
export interface Page {
  readonly status: number;
  readonly html: string;
}

const style = `:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#525c67;--good:#136c34;--bad:#a3330c}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1f2428;--ink:#eef1f4;--soft:#aab4be;--good:#6fd694;--bad:#ffa07a}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{box-sizing:border-box;max-width:32rem;margin:1rem;padding:2rem;border-radius:12px;background:var(--card)}
h1{margin:0 0 .75rem;font-size:1.4rem;line-height:1.25}
h1.good{color:var(--good)}
h1.bad{color:var(--bad)}
p{margin:.5rem 0;overflow-wrap:anywhere}
p.soft{color:var(--soft)}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * The headers of every page: nothing may be loaded, framed, kept or passed on, because the address that brought the
 * browser here holds the code.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** Takes the address of the account that signed in, returns the page that says so. */
export function signedInPage(email: string): Page {
  const { heading, text } = landingWords.signedIn;
  return page(200, 'good', heading, [text(email)], landingWords.goBack);
}

/**
 * Takes why the sign-in failed, returns the page that says so and what to do. It is worded for the app, also where a
 * command opened it, because a browser is no place for commands.
 */
export function failedPage(error: AppError): Page {
  const { sentence, action } = messageFor(error, 'app');
  const heading = landingWords.headings[error.code] ?? landingWords.failed;
  return page(200, 'bad', heading, [sentence, action], landingWords.goBack);
}

/** Returns the page for an answer that belongs to no sign-in that waits, or to one that was used already. */
export function strangerPage(): Page {
  const { heading, text, last } = landingWords.stranger;
  return page(403, 'bad', heading, [text], last);
}

/** Returns the page for an answer that came after CalSync had stopped waiting for it. */
export function latePage(): Page {
  const { heading, text, last } = landingWords.late;
  return page(200, 'bad', heading, [text], last);
}

/** Returns the page for somebody who looks at the address by hand. */
export function waitingPage(): Page {
  const { heading, text, last } = landingWords.waiting;
  return page(404, 'bad', heading, [text], last);
}

function page(status: number, mood: 'good' | 'bad', heading: string, lines: readonly string[], last: string): Page {
  const paragraphs = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n');
  return {
    status,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(heading)} – CalSync</title>
<style>${style}</style>
</head>
<body>
<main>
<h1 class="${mood}">${escapeHtml(heading)}</h1>
${paragraphs}
<p class="soft">${escapeHtml(last)}</p>
</main>
</body>
</html>
`,
  };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
