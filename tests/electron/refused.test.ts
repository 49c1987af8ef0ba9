import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tellRefused } from '../../src/main/electron/start/unusable.ts';
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
