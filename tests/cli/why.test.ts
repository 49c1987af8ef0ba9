import { describe, expect, test } from 'vitest';
import { strayText } from '../../src/shared/verdicts.ts';
import {
  createFakeCalSync,
  exampleWhy,
  exampleWhyBlock,
  exampleWhyEvent,
  exampleWhyTarget,
} from '../support/fake-calsync.ts';
import type { WhyAnswer } from '../../src/shared/dto.ts';
import { calsync } from './run-in-process.ts';

function about(why: WhyAnswer) {
  const app = createFakeCalSync();
  app.give({ why });
  return app;
}

describe('why', () => {
  test('takes all its words as one question and says each target with the rule that decided', async () => {
    const answer = await calsync(['why', 'den', 'tist']);
    expect(answer.app.calls[0]).toEqual({ name: 'why', input: 'den tist' });
    expect(answer).toMatchObject({ exit: 0, stderr: '' });
    expect(answer.stdout).toBe(
      [
        'Dentist',
        'Work, 2026-03-24 13:00',
        '',
        'Personal  It has a block.',
        'Studio    No block: the same meeting is in that calendar already.',
        '',
      ].join('\n'),
    );
  });

  test('says of a block which event it stands for, and of a series which dates differ', async () => {
    const why = exampleWhy({
      event: exampleWhyEvent({ title: null, series: true }),
      block: exampleWhyBlock({ series: true, there: false }),
      targets: [exampleWhyTarget({ state: 'going', reason: 'declined' })],
      dates: [
        {
          key: 'ab12cd34ab12cd34ab12cd34ac',
          originalStart: { date: '2026-03-31' },
          start: null,
          targets: [exampleWhyTarget({ state: 'none', reason: 'muted' })],
        },
      ],
      otherDates: 2,
    });
    const answer = await calsync(['why', 'csblock'], { app: about(why) });
    expect(answer.stdout).toBe(
      [
        'The block in Personal, 2026-03-24 13:00. It is not there any more.',
        'It stands for:',
        '',
        '(no title)',
        'Work, 2026-03-24 13:00, a series',
        '',
        'Personal  Its block goes with the next sync: you declined it.',
        '',
        'Dates that differ:',
        '  2026-03-31',
        '    Personal  No block: its block was deleted in the calendar, or taken away by an undo.',
        '',
        '2 more dates are not listed.',
        '',
      ].join('\n'),
    );
  });

  test('says that a block is kept as it was by an undo, and until when', async () => {
    const why = exampleWhy({ targets: [exampleWhyTarget({ reason: 'kept' })] });
    const { stdout } = await calsync(['why', 'dentist'], { app: about(why) });
    expect(stdout).toContain(
      'Personal  It has a block: it is kept as it was before a sync that you undid, until its event changes or you let go of it.\n',
    );
  });

  test('lists several with a name that means exactly one', async () => {
    const why: WhyAnswer = {
      kind: 'choices',
      choices: [
        exampleWhyEvent({ title: 'Dentist\u001b[31m' }),
        exampleWhyEvent({ key: 'ff12cd34ab12cd34ab12cd34ab', series: true, title: 'Dentist again' }),
        exampleWhyBlock(),
      ],
      more: true,
    };
    const answer = await calsync(['why', 'dent'], { app: about(why) });
    expect(answer.exit).toBe(0);
    expect(answer.stdout.split('\n')).toEqual([
      'Several are meant by that. Ask again with the name in the last column.',
      '',
      'STARTS            CALENDAR  WHAT    TITLE          NAME',
      '2026-03-24 13:00  Work      event   Dentist\ufffd[31m   ab12cd34ab12cd34ab12cd34ab',
      '2026-03-24 13:00  Work      series  Dentist again  ff12cd34ab12cd34ab12cd34ab',
      '2026-03-24 13:00  Personal  block                  csblock',
      '',
      'There are more. Use more words of the title.',
      '',
    ]);
  });

  test('says that a stray block is left, and that a copy is the own of the person', async () => {
    const stray = await calsync(['why', 'csblock'], { app: about({ kind: 'stray', block: exampleWhyBlock() }) });
    expect(stray.stdout).toBe(`The block in Personal, 2026-03-24 13:00.\n${strayText}\n`);
    const copy = exampleWhy({
      event: exampleWhyEvent({ copy: true }),
      targets: [exampleWhyTarget({ state: 'none', reason: 'copy-of-ours' })],
    });
    const answer = await calsync(['why', 'copy'], { app: about(copy) });
    expect(answer.stdout).toContain('It looks like a block, but CalSync did not make it: it is your own copy.');
  });

  test('answers with 2 and what to do when nothing is found, as JSON too', async () => {
    const nothing = await calsync(['why', 'nothing'], { app: about({ kind: 'nothing' }) });
    expect(nothing).toMatchObject({ exit: 2, stdout: '' });
    expect(nothing.stderr).toMatch(/^No event and no block is known by that; [^\n]*\nUse words of its title/);
    const json = await calsync(['why', 'nothing', '--json'], { app: about({ kind: 'nothing' }) });
    expect(json.json()).toMatchObject({ ok: false, error: { code: 'event-unknown' } });
    const found = await calsync(['why', 'dentist', '--json']);
    expect(found.json()).toMatchObject({
      ok: true,
      why: { kind: 'event', targets: [{ state: 'there' }, { state: 'none' }] },
    });
    expect((await calsync(['why'])).exit).toBe(2);
  });
});
