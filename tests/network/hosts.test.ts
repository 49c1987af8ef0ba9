import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { googleOAuthEndpoints } from '../../src/main/oauth/index.ts';
import { googleEndpoints } from '../../src/main/providers/google/endpoints.ts';
import { messageFor } from '../../src/shared/messages.ts';
import { appError } from '../../src/shared/errors.ts';

const read = (name: string): string => readFileSync(resolve(import.meta.dirname, '../..', name), 'utf8');
const hostsIn = (text: string): readonly string[] =>
  [...new Set(text.match(/\b(?:[a-z0-9-]+\.)+(?:googleapis|google)\.com\b/g))].toSorted();

const { authorization, token, revocation, tokenInfo, userInfo } = googleOAuthEndpoints(null);
const { calendarRoot, batchUrl } = googleEndpoints;
const called = [calendarRoot, batchUrl, token, revocation, tokenInfo, userInfo].map((address) => new URL(address).host);
const all = [...new Set([...called, new URL(authorization).host])].toSorted();

describe('the hosts that are contacted', () => {
  it('are those that docs/network.md lists', () => {
    const rows = read('docs/network.md')
      .split('\n')
      .filter((line) => /^\| `[^`]*\.com`/.test(line));
    expect(rows.flatMap((row) => hostsIn(row.split('|')[1] ?? '')).toSorted()).toEqual(all);
  });

  it('are those that the README names', () => {
    const [sentence = ''] = /which today is Google \(.*?\)/s.exec(read('README.md')) ?? [];
    expect(hostsIn(sentence)).toEqual(all);
  });

  it('are those that a person is told to have allowed, but for the one that the browser opens', () => {
    for (const code of ['proxy-refused', 'proxy-login-unsupported'] as const) {
      expect(hostsIn(messageFor(appError(code), 'app').action)).toEqual([...new Set(called)].toSorted());
    }
  });
});
