import { execFile } from 'node:child_process';
import { second } from '../../shared/time.ts';
import type { Command } from './host.ts';

const service = 'org.freedesktop.secrets';
const collection = '/org/freedesktop/secrets/aliases/default';
const [of, property] = ['org.freedesktop.Secret.Collection', 'Locked'];
const get = 'org.freedesktop.DBus.Properties.Get';

/** The programs that can ask (Secret Service API, "Collection"): each desktop has one of them at least. */
const questions: readonly Command[] = [
  { program: 'busctl', arguments: ['--user', 'get-property', service, collection, of, property] },
  {
    program: 'gdbus',
    arguments: ['call', '--session', '--dest', service, '--object-path', collection, '--method', get, of, property],
  },
  {
    program: 'dbus-send',
    arguments: [
      '--session',
      '--print-reply',
      `--dest=${service}`,
      collection,
      get,
      `string:${of}`,
      `string:${property}`,
    ],
  },
];

/**
 * Takes the system; returns whether its keychain is locked, or null where that cannot be told. Nobody is asked for a password by it,
 * as they would be by reading an entry, so that it can be asked over and over.
 */
export async function isKeychainLocked(platform: string = process.platform): Promise<boolean | null> {
  if (platform !== 'linux') return null;
  for (const { program, arguments: words } of questions) {
    const answer = /\b(?:true|false)\b/.exec((await output(program, words)) ?? '')?.[0];
    if (answer !== undefined) return answer === 'true';
  }
  return null;
}

function output(program: string, words: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, [...words], { timeout: 5 * second, shell: false }, (fault, stdout) => {
      resolve(fault === null ? stdout : null);
    });
  });
}
