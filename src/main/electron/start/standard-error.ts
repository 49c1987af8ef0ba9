import { fstatSync } from 'node:fs';

/** What a stream of this process is. */
export type StreamKind =
  | { readonly kind: 'terminal' | 'pipe' | 'file' | 'nothing' }
  | { readonly kind: 'socket'; readonly device: number; readonly inode: number };

/** Returns what standard error is. */
export function standardError(): StreamKind {
  if (process.stderr.isTTY) return { kind: 'terminal' };
  try {
    const stats = fstatSync(2);
    if (stats.isSocket()) return { kind: 'socket', device: stats.dev, inode: stats.ino };
    return { kind: stats.isFIFO() ? 'pipe' : stats.isFile() ? 'file' : 'nothing' };
  } catch {
    // A program with windows has none on Windows.
    return { kind: 'nothing' };
  }
}

/**
 * Takes what standard error is and the environment; returns whether somebody reads it: a person at a terminal, or the program that
 * started this one. A desktop gives its log, a file or nothing; the stream of systemd's log is told by `JOURNAL_STREAM` (systemd.exec(5)).
 */
export function isRead(stream: StreamKind, env: Readonly<Record<string, string | undefined>>): boolean {
  switch (stream.kind) {
    case 'terminal':
    case 'pipe':
      return true;
    case 'socket':
      return env['JOURNAL_STREAM'] !== `${String(stream.device)}:${String(stream.inode)}`;
    case 'file':
    case 'nothing':
      return false;
  }
}
