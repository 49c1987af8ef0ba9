import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { readAuthorities, systemAuthorities } from '../../src/main/network/authorities.ts';
import { authorityFile, inspectionFile } from '../support/company.ts';

const namesOf = (certificates: readonly string[]): readonly string[] =>
  certificates.map((one) => new X509Certificate(one).subject.replaceAll('\n', ' '));

it('asks the system for its authorities', () => {
  expect(systemAuthorities({ getCACertificates: (kind) => [`those of the ${kind}`] }, [authorityFile])).toEqual([
    'those of the system',
  ]);
});

it.each([
  ['lacks the question', {}],
  [
    'has it and fails',
    {
      getCACertificates: () => {
        throw new Error('no such store');
      },
    },
  ],
])('reads the first file of the system that there is, where Node %s', (_what, node) => {
  expect(namesOf(systemAuthorities(node, ['/nowhere/bundle.pem', authorityFile, inspectionFile]))).toEqual([
    'O=Example CN=Example Authority',
  ]);
  expect(systemAuthorities(node, ['/nowhere/bundle.pem'])).toEqual([]);
});

it.each([
  ['by our own variable', { CALSYNC_EXTRA_CA_CERTS: authorityFile }],
  ['by Node’s', { NODE_EXTRA_CA_CERTS: authorityFile }],
  ['by Node’s, with an empty one of our own', { CALSYNC_EXTRA_CA_CERTS: '', NODE_EXTRA_CA_CERTS: authorityFile }],
  ['by our own rather than by Node’s', { CALSYNC_EXTRA_CA_CERTS: authorityFile, NODE_EXTRA_CA_CERTS: '/nowhere' }],
])('counts what the file adds that is named %s', (_how, env) => {
  expect(readAuthorities(env)).toMatchObject({ trouble: null });
  expect(readAuthorities(env).counts().named).toBe(1);
});

it('counts none where no file is named', () => {
  expect(readAuthorities({}).counts().named).toBe(0);
});
