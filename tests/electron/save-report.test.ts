import { describe, expect, test } from 'vitest';
import { createReportSaver, type ReportSaverOptions } from '../../src/main/electron/pages/save-report.ts';
import { appError } from '../../src/shared/errors.ts';
import { err, ok } from '../../src/shared/result.ts';

/** A saver whose person chooses `/chosen/report.txt`, unless told otherwise; keeps what was written and shown. */
function saverWith(options: Partial<ReportSaverOptions> = {}) {
  const written: { path: string; text: string }[] = [];
  const shown: string[] = [];
  const asked: number[] = [];
  const saver = createReportSaver({
    askEngine: () => Promise.resolve(ok('of the engine')),
    withoutEngine: (why) => `without: ${why.code} ${why.detail ?? ''}`,
    askPlace: (contentsId) => {
      asked.push(contentsId);
      return Promise.resolve('/chosen/report.txt');
    },
    write: (path, text) => {
      written.push({ path, text });
      return ok(undefined);
    },
    show: (path) => void shown.push(path),
    wait: () => () => undefined,
    ...options,
  });
  return { saver, written, shown, asked };
}

describe('saving a report', () => {
  test('writes what the engine tells to the place that the person chose, and shows it there', async () => {
    const { saver, written, shown, asked } = saverWith();
    saver.show();
    expect(shown).toEqual([]);
    expect(await saver.save(7)).toEqual(ok({ place: '/chosen/report.txt' }));
    expect(written).toEqual([{ path: '/chosen/report.txt', text: 'of the engine' }]);
    saver.show();
    expect({ shown, asked }).toEqual({ shown: ['/chosen/report.txt'], asked: [7] });
  });

  test('writes nothing where the person gives up', async () => {
    const { saver, written, shown } = saverWith({ askPlace: () => Promise.resolve(null) });
    expect(await saver.save(7)).toEqual(ok({ place: null }));
    saver.show();
    expect({ written, shown }).toEqual({ written: [], shown: [] });
  });

  test('makes a report where the engine cannot start, and says why', async () => {
    const { saver, written } = saverWith({
      askEngine: () => Promise.resolve(err(appError('database-failed', null, 'EIO'))),
    });
    await saver.save(7);
    expect(written).toEqual([{ path: '/chosen/report.txt', text: 'without: database-failed EIO' }]);
  });

  test('makes a report where the engine hangs', async () => {
    const { saver, written } = saverWith({
      askEngine: () => new Promise(() => undefined),
      wait: (_milliseconds, then) => {
        then();
        return () => undefined;
      },
    });
    await saver.save(7);
    expect(written).toEqual([{ path: '/chosen/report.txt', text: 'without: unexpected no answer' }]);
  });

  test('tells that the file could not be written, and shows none', async () => {
    const failed = err(appError('file-not-written', '/chosen/report.txt', 'ENOSPC'));
    const { saver, shown } = saverWith({ write: () => failed });
    expect(await saver.save(7)).toEqual(failed);
    saver.show();
    expect(shown).toEqual([]);
  });

  test('asks once however often the button is pressed, and again later', async () => {
    const { saver, asked } = saverWith();
    await Promise.all([saver.save(7), saver.save(7)]);
    expect(asked).toEqual([7]);
    await saver.save(8);
    expect(asked).toEqual([7, 8]);
  });
});
