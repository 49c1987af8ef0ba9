import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { giveConsent } from '../../src/main/demo/consent.ts';
import { toCalendarId } from '../../src/shared/ids.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { Company } from '../support/company.ts';
import { authorityFile, startCompany } from '../support/company.ts';
import type { Running } from './support.ts';
import { ask, inMain, launch, newDataFolder, popupOf, signInPage, smallWorld, syncNow } from './support.ts';

const people = ['work@northwind.example', 'me@home.example'];

let simulator: Simulator;
let company: Company;
let dataFolder: string;
let running: Running | null = null;
let script = '';
/** What was asked of the server of the script. */
const fetched: string[] = [];
const scripts = createServer(({ url = '' }, response) => {
  fetched.push(url);
  response.writeHead(200, { 'content-type': 'application/x-ns-proxy-autoconfig' }).end(script);
});

beforeAll(() => new Promise<void>((done) => scripts.listen(0, '127.0.0.1', done)));
afterAll(() => {
  scripts.close();
});
beforeEach(async () => {
  simulator = await startSimulator({ world: smallWorld(), cry: () => undefined });
  company = await startCompany(simulator.url);
  dataFolder = await newDataFolder();
});
afterEach(async () => {
  await running?.quit();
  running = null;
  await company.close();
  await simulator.close();
  await rm(dataFolder, { recursive: true, force: true });
});

const targets = (): ReadonlySet<string> => new Set(company.asked.map(({ target }) => target));

test('every call of the engine goes by the proxy of the desktop, and nothing else is asked of it', async () => {
  // Chromium reaches this computer itself without any proxy, unless it is told otherwise.
  const args = ['--hidden', `--proxy-server=http://${company.proxy}`, '--proxy-bypass-list=<-loopback>'];
  running = await launch({ simulator, dataFolder, args });
  const popup = await popupOf(running);
  for (const [index, email] of people.entries()) {
    const added = ask(popup, 'account.add');
    expect(await giveConsent(await signInPage(running, index), email)).toMatchObject({ ok: true });
    await added;
    await ask(popup, 'calendar.use', { calendarId: toCalendarId(email), source: true, target: true });
  }
  await ask(popup, 'sync.start');
  expect(await syncNow(running)).toMatchObject({ outcome: 'ok' });
  expect(targets()).toEqual(new Set([new URL(simulator.url).host]));

  // The other way round: what the proxy does not let through does not get through.
  company.atProxy = () => ({ status: 403 });
  await company.cut();
  const refused = await syncNow(running);
  expect(refused).toMatchObject({ outcome: 'failed', errors: [{ code: 'proxy-refused', about: company.proxy }] });
});

test('a script of the system decides, our file of authorities is believed, and nobody but Google is contacted', async () => {
  script = `function FindProxyForURL(url, host) {
    return dnsDomainIs(host, '.googleapis.com') && url.indexOf('calendar') < 0 ? 'PROXY ${company.proxy}' : 'PROXY 127.0.0.1:1';
  }`;
  const { port } = scripts.address() as AddressInfo;
  running = await launch({
    simulator,
    dataFolder,
    args: ['--hidden', `--proxy-pac-url=http://127.0.0.1:${port}/proxy.pac`],
    env: { CALSYNC_GOOGLE_URL: '', NODE_EXTRA_CA_CERTS: authorityFile },
  });
  const popup = await popupOf(running);
  const { checks } = await ask(popup, 'doctor.run');
  const findings = Object.fromEntries(checks.map(({ name, state, finding }) => [name, `${state}: ${finding}`]));
  expect(findings['Way to Google']).toBe(`ok: Through the proxy ${company.proxy}.`);
  expect(findings['Certificate']).toBe('ok: What answers is signed by Example Authority.');
  expect(fetched).toContain('/proxy.pac');
  expect(targets()).toEqual(new Set(['www.googleapis.com:443']));
});

test('Chromium asks for nothing by itself: no dictionary, no component', async () => {
  const args = [`--proxy-server=http://${company.proxy}`, '--proxy-bypass-list=<-loopback>'];
  running = await launch({ simulator, dataFolder, args });
  const popup = await popupOf(running);
  // What would have a dictionary fetched, where there were a spell checker.
  await popup.evaluate(() => {
    const text = document.createElement('textarea');
    text.spellcheck = true;
    document.body.append(text);
    text.focus();
  });
  await popup.keyboard.type('wrods taht are worng');
  const seen = await inMain(
    running.electron,
    ({ app, session }) => ({
      isChecking: session.defaultSession.isSpellCheckerEnabled(),
      languages: session.defaultSession.getSpellCheckerLanguages(),
      switches: [
        'disable-background-networking',
        'disable-component-update',
        'disable-domain-reliability',
        'no-pings',
      ].filter((name) => !app.commandLine.hasSwitch(name)),
    }),
    null,
  );
  expect(seen).toEqual({ isChecking: false, languages: [], switches: [] });
  expect(targets()).toEqual(new Set());
});
