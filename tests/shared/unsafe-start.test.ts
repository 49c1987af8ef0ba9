import { describe, expect, it } from 'vitest';
import { unsafeStart } from '../../src/shared/unsafe-start.ts';

describe('a start that would let others look in', () => {
  it.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-port',
    '--remote-debugging-pipe',
    '--remote-debugging-address=0.0.0.0',
    '--remote-allow-origins=*',
    '--inspect',
    '--inspect-brk=9229',
    '--js-flags=--expose-internals',
    '--ignore-certificate-errors',
    '--host-resolver-rules=MAP * 127.0.0.1',
    '--renderer-cmd-prefix=gdb',
    '--disable-web-security',
    '-remote-debugging-port=9222',
    '/remote-debugging-port=9222',
    '--Remote-Debugging-Port=9222',
    ' --remote-debugging-port=9222',
    '\t--remote-debugging-pipe\t',
  ])('with %s is refused in a packaged app, and only there', (word) => {
    const name = word.trim().split('=')[0];
    expect(unsafeStart(['--hidden', word], {}, true)).toMatchObject({ code: 'start-unsafe', about: name });
    expect(unsafeStart([word], {}, false)).toBeNull();
  });

  it.each([
    '--hidden',
    '--demo',
    '--data-dir=/tmp/remote-debugging-port',
    '--no-sandbox',
    '--proxy-server=x',
    'inspect',
    '---inspect',
    '/inspected',
  ])('is not one with %s', (word) => {
    expect(unsafeStart([word], {}, true)).toBeNull();
  });

  it('is one wherever nobody would check certificates, and only with the word that Node takes for it', () => {
    for (const packaged of [true, false]) {
      expect(unsafeStart([], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, packaged)).toMatchObject({
        code: 'start-unsafe',
        about: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
      });
    }
    expect(unsafeStart([], { NODE_TLS_REJECT_UNAUTHORIZED: '1' }, true)).toBeNull();
    expect(unsafeStart([], {}, true)).toBeNull();
  });
});
