import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, displayWidth, jsonLine, table, truncateMiddle } from '../../src/main/cli/text.ts';
import { agoText, eventTimeText, momentText } from '../../src/main/cli/times.ts';
import { reasonSchema } from '../../src/shared/dto.ts';
import { ok } from '../../src/shared/result.ts';
import { reasonText } from '../../src/shared/reasons.ts';
import { createFakeCalSync, exampleCalendar, exampleRun, exampleStatus } from '../support/fake-calsync.ts';
import { calsync, createTimeline } from './run-in-process.ts';

describe('text that came from a calendar', () => {
  test.each([
    ['a space of no width', 'Wo\u200brk'],
    ['a word joiner', 'Wo\u2060rk'],
    ['a soft hyphen', 'Wo\u00adrk'],
    ['a tag character', 'Wo\u{e0041}rk'],
    ['a byte order mark', 'Wo\ufeffrk'],
    ['a direction override', 'Wo\u202erk'],
  ])('shows where it holds %s', (_, text) => {
    expect(clean(text)).toMatch(/^Wo(\ufffd| )rk$/u);
    expect(jsonLine(text)).toMatch(/^"Wo(\\u[0-9a-f]{4}){1,2}rk"$/);
    expect(JSON.parse(jsonLine(text))).toBe(text);
  });

  test.each(['می\u200cخواهم', '👩\u200d🚀 Team', 'Zürich 東京'])('keeps %s', (text) => {
    expect(clean(text)).toBe(text);
    expect(jsonLine(text)).toBe(JSON.stringify(text));
  });
});

describe('progress', () => {
  const slow = (timeline: ReturnType<typeof createTimeline>, milliseconds: number) => {
    const app = createFakeCalSync();
    app.replace({
      sync: (_, options) => {
        options?.onProgress?.({ phase: 'reading', done: 0, total: null });
        timeline.pass(milliseconds / 2);
        options?.onProgress?.({ phase: 'writing', done: 120, total: 480, nearLeft: 3 });
        timeline.pass(milliseconds / 4);
        options?.onProgress?.({ phase: 'writing', done: 170, total: 480, nearLeft: 0 });
        timeline.pass(milliseconds / 4);
        return Promise.resolve(ok(exampleRun()));
      },
    });
    return app;
  };

  test('is one line on a terminal, written over and wiped at the end', async () => {
    const timeline = createTimeline();
    const answer = await calsync(['sync'], { app: slow(timeline, 4000), errTty: true }, timeline);
    expect(answer.stdout).toBe('');
    expect(answer.stderr).toBe(
      '\rReading calendars…\u001b[K\rWriting blocks… 120 of 480\u001b[K' +
        '\rWriting blocks… 170 of 480; the next seven days are safe\u001b[K\r\u001b[K',
    );
    expect(timeline.running()).toBe(0);
  });

  test('does not show for what takes less than a second', async () => {
    const timeline = createTimeline();
    expect((await calsync(['sync'], { app: slow(timeline, 900), errTty: true }, timeline)).stderr).toBe('');
  });

  test('does not show where no person looks on', async () => {
    const timeline = createTimeline();
    expect((await calsync(['sync'], { app: slow(timeline, 60_000) }, timeline)).stderr).toBe('');
    expect((await calsync(['sync'], { app: slow(timeline, 60_000), outTty: true }, timeline)).stderr).toBe('');
  });

  test('fits the terminal', async () => {
    const timeline = createTimeline();
    const answer = await calsync(['sync'], { app: slow(timeline, 4000), errTty: true, columns: 12 }, timeline);
    for (const line of answer.stderr.split('\r')) {
      expect(displayWidth(line.replace('\u001b[K', ''))).toBeLessThan(12);
    }
  });

  test('is wiped when the work throws', async () => {
    const timeline = createTimeline();
    const app = createFakeCalSync();
    app.replace({
      plan: () => {
        timeline.pass(2000);
        return Promise.reject(new Error('broken'));
      },
    });
    const answer = await calsync(['plan'], { app, errTty: true }, timeline);
    expect(answer.stderr).toMatch(/^\rWorking…\u001b\[K\r\u001b\[K/);
    expect(timeline.running()).toBe(0);
  });

  test('an account is added without a line that would write over the address', async () => {
    const timeline = createTimeline();
    const app = createFakeCalSync();
    app.replace({
      addAccount: async (request) => {
        await request.show?.('http://127.0.0.1/sign-in');
        timeline.pass(30_000);
        return ok(exampleStatus().accounts[0] as never);
      },
    });
    const answer = await calsync(['accounts', 'add', '--no-browser'], { app, errTty: true }, timeline);
    expect(answer.stderr).toBe('Open this address in a browser on this computer, and finish there:\n');
  });
});

describe('Ctrl-C', () => {
  test('stops the use case at its next safe point and says so', async () => {
    const stop = new AbortController();
    stop.abort();
    const answer = await calsync(['sync'], { signal: stop.signal });
    expect(answer).toMatchObject({ exit: 4, stdout: '' });
    expect(answer.stderr).toMatch(/^It was stopped before its end; what was done stays done/);
    expect(answer.app.closed).toBe(true);
  });
});

describe('colours', () => {
  const coloured = /\u001b\[/;
  test('only on a terminal, and not with NO_COLOR', async () => {
    expect((await calsync(['status'], { outTty: true })).stdout).toMatch(coloured);
    expect((await calsync(['status'])).stdout).not.toMatch(coloured);
    expect((await calsync(['status'], { outTty: true, env: { NO_COLOR: '1' } })).stdout).not.toMatch(coloured);
    expect((await calsync(['status'], { outTty: true, env: { NO_COLOR: '' } })).stdout).toMatch(coloured);
    expect((await calsync(['status'], { outTty: true, env: { TERM: 'dumb' } })).stdout).not.toMatch(coloured);
    expect((await calsync(['snyc'], { outTty: true, errTty: true })).stderr).toMatch(coloured);
    expect((await calsync(['snyc'], { outTty: true })).stderr).not.toMatch(coloured);
  });

  test('JSON has none, on a terminal too', async () => {
    const answer = await calsync(['status', '--json'], { outTty: true, errTty: true });
    expect(answer.stdout).not.toMatch(coloured);
    expect(answer.json()).toMatchObject({ ok: true });
  });
});

describe('tables', () => {
  const names = [
    'Work',
    '日本の祝日',
    '👩‍👩‍👧 Family',
    'Ünïcödé',
    'c_188f0hs1t1m4mgr2kq8c4d0n1q@resource.calendar.google.com',
  ];
  const app = () =>
    createFakeCalSync(
      exampleStatus({ calendars: names.map((name, index) => exampleCalendar({ id: `c${index}@x.example`, name })) }),
    );

  test('stay aligned with wide characters and emoji', async () => {
    const { stdout } = await calsync(['calendars', 'list'], { app: app() });
    const starts = stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => displayWidth(line.slice(0, line.indexOf('work@northwind.example'))));
    expect(new Set(starts).size).toBe(1);
    expect(stdout).toContain(names[4]);
  });

  test('fit a terminal by leaving out the middle, and only there', async () => {
    const { stdout } = await calsync(['calendars', 'list'], { app: app(), outTty: true, columns: 72 });
    for (const line of stdout.trimEnd().split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(72);
    expect(stdout).toMatch(/c_188f.*….*\.com/);
    expect(stdout).toContain('日本の祝日');
  });

  test('a name cannot steer the terminal, forge a line or turn the text around', async () => {
    const hostile = 'Work\u001b[2J\u0007\nMallory  9\u202egnp.exe\u009b31m';
    const evil = createFakeCalSync(exampleStatus({ calendars: [exampleCalendar({ name: hostile })] }));
    for (const argv of [['calendars', 'list'], ['status'], ['calendars', 'ignore', 'work@northwind.example']]) {
      const { stdout } = await calsync(argv, { app: evil });

      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    const inJson = await calsync(['calendars', 'list', '--json'], { app: evil });

    expect(inJson.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(inJson.json()).toMatchObject({ calendars: [{ name: hostile.replace('\u202e', '\u202e') }] });
  });

  test('truncation never exceeds its width and keeps both ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(40), (text, columns) => {
        const cut = truncateMiddle(clean(text), columns);
        expect(displayWidth(cut)).toBeLessThanOrEqual(
          Math.max(columns, displayWidth(clean(text)) <= columns ? columns : 0),
        );
        if (displayWidth(clean(text)) <= columns) expect(cut).toBe(clean(text));
      }),
    );
    expect(truncateMiddle('work@northwind.example', 11)).toBe('work@…ample');
  });

  test('a JSON line reads back as what went in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(jsonLine(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(jsonLine(value)).not.toContain('\n');
      }),
    );
  });

  test('a table without rows is its heading', () => {
    expect(table([{ title: 'A' }, { title: 'B' }], [], 80)).toEqual(['A  B']);
  });
});

describe('times', () => {
  const now = Date.parse('2026-03-23T08:30:00.000Z');
  test.each([
    ['2026-03-23T08:29:30.000Z', 'just now'],
    ['2026-03-23T08:29:00.000Z', '1 minute ago'],
    ['2026-03-23T06:00:00.000Z', '2 hours ago'],
    ['2026-03-20T06:00:00.000Z', '2026-03-20 06:00'],
    ['2026-03-23T08:31:00.000Z', 'just now'],
  ])('%s is %s', (moment, text) => {
    expect(agoText(moment, now)).toBe(text);
  });

  test('today has no date', () => {
    expect(momentText('2026-03-23T23:59:00.000Z', now)).toBe('23:59');
    expect(momentText('2026-03-24T00:00:00.000Z', now)).toBe('2026-03-24 00:00');
  });

  test.each([
    [{ date: '2026-03-29' }, '2026-03-29'],
    [{ dateTime: '2026-03-29T14:00:00-04:00', timeZone: 'Europe/Berlin' }, '2026-03-29 18:00'],
    [{ dateTime: '2026-03-29T14:00:00Z', timeZone: null }, '2026-03-29 14:00'],
    [{ dateTime: '2026-03-29T14:00:00', timeZone: 'Europe/Berlin' }, '2026-03-29 14:00 (Europe/Berlin)'],
  ])('%j', (time, text) => {
    expect(eventTimeText(time)).toBe(text);
  });
});

describe('words', () => {
  test('each reason is a clause of its own, without capital, full stop or jargon', () => {
    const texts = reasonSchema.options.map(reasonText);
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) {
      expect(text).toMatch(/^[a-z].*[a-z]$/);
      expect(text).not.toMatch(/\b(token|scope|instance|mirror|410)\b/);
    }
  });
});

describe('help and version', () => {
  test('--help names every command and every exit code', async () => {
    const { stdout, exit, created } = await calsync(['--help']);
    expect(exit).toBe(0);
    expect(created).toBeNull();
    for (const command of [
      'accounts',
      'calendars',
      'plan',
      'sync',
      'status',
      'runs',
      'pause',
      'resume',
      'holds',
      'mutes',
      'undo',
      'kept',
      'reset',
      'doctor',
      'support',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
    for (let code = 0; code <= 7; code += 1) expect(stdout).toMatch(new RegExp(`^  ${code}  `, 'm'));
    expect((await calsync(['help', 'sync'])).stdout).toMatch(/--even-if-paused/);
    expect((await calsync(['calendars', 'use', '--help'])).stdout).toMatch(/--source-only/);
  });

  test('--version prints the version, as JSON when asked', async () => {
    expect(await calsync(['--version'])).toMatchObject({ exit: 0, stdout: '9.8.7\n' });
    expect((await calsync(['--json', '--version'])).json()).toEqual({ ok: true, version: '9.8.7' });
  });
});
