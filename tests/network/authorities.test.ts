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

it('counts what the file that is named adds', () => {
  expect(readAuthorities({ NODE_EXTRA_CA_CERTS: authorityFile }).counts().named).toBe(1);
  expect(readAuthorities({}).counts().named).toBe(0);
});
