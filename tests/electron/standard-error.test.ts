import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRead, type StreamKind } from '../../src/main/electron/start/standard-error.ts';

describe('whether standard error is read', () => {
  const journal = { kind: 'socket', device: 9, inode: 4711 } as const;
  it.each<[StreamKind, Record<string, string>, boolean]>([
    [{ kind: 'terminal' }, {}, true],
    [{ kind: 'pipe' }, {}, true],
    [{ kind: 'file' }, {}, false],
    [{ kind: 'nothing' }, {}, false],
    [journal, {}, true],
    [journal, { JOURNAL_STREAM: '9:4711' }, false],
    // Of a program above, whose children have a stream of their own.
    [journal, { JOURNAL_STREAM: '9:4712' }, true],
  ])('%o with %o: %s', (stream, env, read) => {
    expect(isRead(stream, env)).toBe(read);
  });

  it('is asked of the system', () => {
    const module = resolve(import.meta.dirname, '../../src/main/electron/start/standard-error.ts');
    const folder = mkdtempSync(join(tmpdir(), 'calsync-stderr-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = openSync(join(folder, 'errors'), 'w');
    const code = `import { standardError } from ${JSON.stringify(module)}; console.log(standardError().kind);`;
    const kindOf = (stderr: 'pipe' | 'ignore' | number): string =>
      spawnSync(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', stderr] })
        .stdout.toString()
        .trim();
    expect(['socket', 'pipe']).toContain(kindOf('pipe'));
    expect([kindOf('ignore'), kindOf(file)]).toEqual(['nothing', 'file']);
    closeSync(file);
  });
});
