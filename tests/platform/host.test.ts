import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCommand, safeAddress } from '../../src/main/platform/host.ts';
import { createSystemHost } from '../../src/main/platform/index.ts';
import { FakeClock } from '../support/fake-clock.ts';

const node = (script: string) => (address: string) => ({
  program: process.execPath,
  arguments: ['-e', script, '--', address],
});

describe('safeAddress', () => {
  it.each([
    ['https://accounts.google.com/o/oauth2/v2/auth?a=1&b=2', 'https://accounts.google.com/o/oauth2/v2/auth?a=1&b=2'],
    ['http://127.0.0.1:4100/o/oauth2/v2/auth', 'http://127.0.0.1:4100/o/oauth2/v2/auth'],
    ['HTTPS://Example.com/ü', 'https://example.com/%C3%BC'],
  ])('lets %s through', (address, normal) => {
    expect(safeAddress(address)).toBe(normal);
  });

  it.each([
    'http://example.com/',
    'http://127.0.0.1.example.com/',
    'http://localhost:4100/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ms-settings:display',
    '--version',
    '/etc/passwd',
    'https://',
    'https://user:word@example.com/',
    '',
  ])('refuses %s', async (address) => {
    expect(safeAddress(address)).toBeNull();
    let asked = false;
    const host = createSystemHost({
      opener: (safe) => {
        asked = true;
        return openCommand('linux', safe);
      },
    });
    expect(await host.openUrl(address)).toMatchObject({ ok: false, error: { code: 'browser-unavailable' } });
    expect(asked).toBe(false);
  });
});

describe('openCommand', () => {
  const address = 'https://example.com/?a=1&calc.exe';
  it.each([
    ['linux', { program: 'xdg-open', arguments: [address] }],
    ['darwin', { program: 'open', arguments: [address] }],
    ['win32', { program: 'rundll32', arguments: ['url.dll,FileProtocolHandler', address] }],
  ])('on %s hands over the address as one argument', (platform, command) => {
    expect(openCommand(platform, address)).toEqual(command);
  });
});

describe('createSystemHost', () => {
  it('runs the opener with the address as it is, without a shell', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'calsync-host-'));
    try {
      const file = join(folder, 'seen');
      const script = `require('node:fs').writeFileSync(${JSON.stringify(file)}, process.argv.at(-1))`;
      const host = createSystemHost({ opener: node(script) });
      const address = 'https://example.com/?a=1&b=$(touch%20x)`id`;true';
      expect(await host.openUrl(address)).toEqual({ ok: true, value: undefined });
      expect(readFileSync(file, 'utf8')).toBe(safeAddress(address));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says so when the opener fails', async () => {
    const host = createSystemHost({ opener: node('process.exit(3)') });
    expect(await host.openUrl('https://example.com/')).toMatchObject({
      ok: false,
      error: { code: 'browser-unavailable', detail: expect.stringMatching(/ended with 3$/) as string },
    });
  });

  it('says so when there is no opener', async () => {
    const host = createSystemHost({ opener: (address) => ({ program: 'no-such-program', arguments: [address] }) });
    expect(await host.openUrl('https://example.com/')).toMatchObject({
      ok: false,
      error: { code: 'browser-unavailable', detail: 'no-such-program: ENOENT' },
    });
  });

  it('does not wait for an opener that stays', async () => {
    const clock = new FakeClock();
    let pid: number | undefined;
    const folder = mkdtempSync(join(tmpdir(), 'calsync-host-'));
    const file = join(folder, 'pid');
    try {
      const script = `require('node:fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setTimeout(() => {}, 20_000)`;
      const opening = createSystemHost({ clock, opener: node(script) }).openUrl('https://example.com/');
      while (pid === undefined || Number.isNaN(pid)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        try {
          pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
        } catch {
          // Not begun yet.
        }
      }
      await clock.advance(3000);
      expect(await opening).toEqual({ ok: true, value: undefined });
    } finally {
      if (pid !== undefined) process.kill(pid);
      rmSync(folder, { recursive: true });
    }
  });
});
