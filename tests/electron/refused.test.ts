import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isHeldByAnother, tellRefused, tellUnusable } from '../../src/main/electron/start/unusable.ts';
import { appError } from '../../src/shared/errors.ts';

const error = appError('start-unsafe', 'NODE_TLS_REJECT_UNAUTHORIZED=0');

/** Tells of a start that is refused; returns what happened, in turn, and the dialog. */
async function told(where: { readonly isRead: boolean; readonly atOnce: boolean }) {
  const happened: string[] = [];
  const boxes: MessageBoxOptions[] = [];
  const folders = new Set<string>();
  const telling = tellRefused({
    app: {
      whenReady: () => Promise.resolve(void happened.push('ready')),
      setPath: (_name, path) => void folders.add(path),
      exit: (code) => void happened.push(`exit ${code}`),
    },
    dialog: {
      showMessageBox: (box: MessageBoxOptions): Promise<MessageBoxReturnValue> => {
        happened.push('dialog');
        boxes.push(box);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      },
    } as Parameters<typeof tellRefused>[0]['dialog'],
    error,
    complain: (text) => happened.push(text.split(',', 1)[0] ?? ''),
    ...where,
  });
  // What has happened before anything else could.
  const first = [...happened];
  await telling;
  return { first, happened, boxes, folders };
}

const sentence = 'CalSync does not start with NODE_TLS_REJECT_UNAUTHORIZED=0';

it.each([
  ['in the terminal that it was started from', { isRead: true, atOnce: false }],
  ['to nobody, with a switch that Chromium obeys before it is ready', { isRead: false, atOnce: true }],
  ['in the terminal, with such a switch', { isRead: true, atOnce: true }],
])('a start that is refused ends in the same moment, and is told %s', async (_where, where) => {
  expect((await told(where)).first).toEqual([sentence, 'exit 2']);
});

it('is told in a dialog where nobody reads what is printed, away from the data', async () => {
  const { happened, boxes, folders } = await told({ isRead: false, atOnce: false });
  expect(happened).toEqual([sentence, 'ready', 'dialog', 'exit 2']);
  expect(boxes).toMatchObject([
    {
      message: expect.stringContaining(sentence) as unknown,
      detail: expect.stringContaining('Start it without that') as unknown,
      buttons: ['Quit CalSync'],
    },
  ]);
  expect([...folders]).toMatchObject([expect.stringContaining('calsync-start-') as unknown]);
  for (const folder of folders) expect(existsSync(folder)).toBe(false);
});

describe('a data folder that cannot be used', () => {
  /** Tells of it; the person chooses a button, or (null) looks on until the folder was looked at three times. */
  async function unusable(response: number | null, mendedAt: number, program?: string) {
    const happened: string[] = [];
    let looks = 0;
    let look: () => void = () => undefined;
    await tellUnusable({
      app: {
        whenReady: () => Promise.resolve(),
        setPath: () => undefined,
        relaunch: (options) => void happened.push(`starts anew ${options?.execPath ?? 'itself'}`),
        exit: (code) => void happened.push(`exit ${code}`),
      },
      dialog: {
        showMessageBox: async ({ signal }: MessageBoxOptions): Promise<MessageBoxReturnValue> => {
          for (let turn = 0; turn < 3 && signal?.aborted === false; turn += 1) look();
          if (response !== null) return { response, checkboxChecked: false };
          if (signal?.aborted !== true) await new Promise(() => undefined);
          // As Electron answers when it is closed by its signal: by the button of Escape.
          return { response: 0, checkboxChecked: false };
        },
      } as Parameters<typeof tellUnusable>[0]['dialog'],
      error: appError('data-folder-unusable', '/nowhere'),
      isMended: () => (looks += 1) >= mendedAt,
      every: (_pause, then) => {
        look = then;
        return () => void happened.push('looks no more');
      },
      complain: () => undefined,
      program,
    });
    return happened;
  }

  it('ends the app where the person says so, with the exit code of the command line', async () => {
    expect(await unusable(0, Infinity)).toEqual(['looks no more', 'exit 6']);
  });

  it('is tried again where the person says so, with the program that they started', async () => {
    expect(await unusable(1, Infinity)).toEqual(['looks no more', 'starts anew itself', 'exit 0']);
    expect(await unusable(1, Infinity, '/apps/CalSync.AppImage')).toEqual([
      'looks no more',
      'starts anew /apps/CalSync.AppImage',
      'exit 0',
    ]);
  });

  it('is gone on with by itself once it can be used', async () => {
    expect(await unusable(null, 3)).toEqual(['looks no more', 'starts anew itself', 'exit 0']);
  });
});

it('a lock that was refused is another instance only where its link is there, even one that leads nowhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'calsync-lock-'));
  expect(isHeldByAnother(folder, 'linux')).toBe(false);
  expect(isHeldByAnother(join(folder, 'none'), 'linux')).toBe(false);
  symlinkSync('laptop-4711', join(folder, 'SingletonLock'));
  expect(isHeldByAnother(folder, 'linux')).toBe(true);
  expect(isHeldByAnother(folder, 'win32')).toBe(true);
  rmSync(folder, { recursive: true });
});
