import { err, ok, type Result } from '../../shared/result.ts';

const tagPattern = /<(form|input|button)\b([^>]*)>/g;
const attributePattern = /([a-z-]+)(?:="([^"]*)")?/g;

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** What a person would send from the consent page: the account chosen, every box ticked, and the button of consent. */
function fillIn(html: string, page: string, email: string): { action: string; form: URLSearchParams } | null {
  const form = new URLSearchParams();
  let action: string | null = null;
  let chosen = false;
  let allowed = false;
  for (const [, tag, attributes = ''] of html.matchAll(tagPattern)) {
    const given = new Map(
      Array.from(attributes.matchAll(attributePattern), ([, name = '', value = '']) => [name, unescape(value)]),
    );
    const name = given.get('name') ?? '';
    const value = given.get('value') ?? '';
    if (tag === 'form') action = new URL(given.get('action') ?? '', page).href;
    else if (tag === 'button' && given.get('id') === 'allow') {
      allowed = true;
      form.append(name, value);
    } else if (given.get('type') === 'radio' && value === email) {
      chosen = true;
      form.append(name, value);
    } else if (given.get('type') === 'hidden' || given.get('type') === 'checkbox') form.append(name, value);
  }
  return action !== null && chosen && allowed ? { action, form } : null;
}

/**
 * Takes the address of the simulator's consent page and an account; does there over HTTP what a person does in a
 * browser: chooses the account, ticks every box, agrees, and is led back to the program that waits for the answer.
 * Fails with a sentence about where it ended.
 */
export async function giveConsent(address: string, email: string): Promise<Result<void, string>> {
  const page = await fetch(address);
  const filled = page.ok ? fillIn(await page.text(), address, email) : null;
  if (filled === null) return err(`The sign-in page did not offer ${email}.`);
  const sent = await fetch(filled.action, { method: 'POST', body: filled.form, redirect: 'manual' });
  const back = sent.headers.get('location');
  if (back === null) return err(`The sign-in page did not accept the answer for ${email}.`);
  const landed = await fetch(back, { redirect: 'manual' });
  await landed.text();
  return landed.ok ? ok(undefined) : err(`CalSync refused the answer of the sign-in page for ${email}.`);
}
