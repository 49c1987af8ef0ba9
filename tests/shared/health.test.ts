import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HoldView, Status, Trouble } from '../../src/shared/dto.ts';
import { appError, errorCodes } from '../../src/shared/errors.ts';
import type { HealthFacts } from '../../src/shared/health.ts';
import { blankStatus, healthOf, healthStates, needOf, toneOf } from '../../src/shared/health.ts';
import type { Voice } from '../../src/shared/health-words.ts';
import { healthSaid, listedMatters, matterSaid } from '../../src/shared/health-words.ts';
import { messageForAll, namedTogether } from '../../src/shared/messages.ts';
import {
  exampleAccount,
  exampleCalendar,
  exampleHold,
  exampleNow,
  exampleRun,
  exampleStatus,
  exampleTrouble,
} from '../support/fake-calsync.ts';
import { situations } from '../support/situations.ts';

const now = Date.parse(exampleNow);
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const stateOf = (over: Partial<Status>, when = now): string => healthOf(exampleStatus(over), when).state;
const voices: readonly Voice[] = (['app', 'command-line'] as const).map((surface) => ({
  surface,
  time: () => '14:05',
  until: () => '14:05',
  number: String,
}));

describe('the one state', () => {
  it.each(situations)('$name is $state', ({ state, facts }) => {
    expect(stateOf(facts)).toBe(state);
  });

  it('is each of those that there are in some situation', () => {
    expect(new Set(situations.map(({ state }) => state))).toEqual(new Set(healthStates));
  });

  it('is not known before anything is', () => {
    expect(healthOf(null, now)).toMatchObject({ state: 'catching-up', since: null });
    expect(healthOf(blankStatus('1', false), now)).toMatchObject({ state: 'not-started' });
  });

  it('grows old by the chosen interval, and not by the clock alone', () => {
    const calm = { awakeSince: at(-600), newestRun: { startedAt: at(0), outcome: 'ok' as const } };
    expect(stateOf(calm, now + 7 * 60_000)).toBe('in-sync');
    expect(stateOf(calm, now + 12 * 60_000)).toBe('cannot-sync');
    const calendars = exampleStatus().calendars.map((one) => ({ ...one, lastReadAt: at(0) }));
    const hourly = { ...calm, calendars, lastSyncAt: at(0), intervalMinutes: 60 };
    expect(stateOf(hourly, now + 119 * 60_000)).toBe('in-sync');
    expect(stateOf(hourly, now + 121 * 60_000)).toBe('cannot-sync');
    expect(stateOf({ ...calm, runningSince: at(0) }, now + 600 * 60_000)).toBe('syncing');
  });

  it('is not green from a sync that lies ahead, because a clock was wrong', () => {
    expect(stateOf({ lastSyncAt: at(60 * 24) })).toBe('catching-up');
    expect(
      stateOf({ lastSyncAt: at(60 * 24), awakeSince: null, lastRun: exampleRun({ finishedAt: at(60 * 24) }) }),
    ).toBe('needs-you');
  });

  it('looks at each calendar in use, and at no other', () => {
    const late = (over: Parameters<typeof exampleCalendar>[0]) => [
      exampleCalendar(),
      exampleCalendar({ id: 'late', lastReadAt: at(-30), ...over }),
    ];
    expect(healthOf(exampleStatus({ calendars: late({}) }), now)).toMatchObject({
      state: 'catching-up',
      since: at(-30),
    });
    expect(stateOf({ calendars: late({ lastReadAt: null }) })).toBe('catching-up');
    expect(stateOf({ calendars: late({ source: false, target: false }) })).toBe('in-sync');
    expect(stateOf({ calendars: late({ goneSince: at(-3000) }) })).toBe('in-sync');
  });

  it('is behind with a calendar that could not be read for twelve intervals, and an hour at least', () => {
    const unread = (minutes: number, intervalMinutes: number, over: Partial<Status> = {}): string =>
      stateOf({
        ...{ intervalMinutes, awakeSince: at(-60 * 24), troubles: [] },
        calendars: [exampleCalendar({ lastReadAt: at(-minutes) })],
        ...over,
      });
    const failing = (minutes: number) => ({
      troubles: [exampleTrouble('provider-trouble', 'Work', { since: at(-minutes) })],
    });
    for (const [interval, limit] of [
      [1, 60],
      [5, 60],
      [30, 360],
    ] as const) {
      expect(unread(limit, interval, failing(limit))).toBe('catching-up');
      expect(unread(limit + 1, interval, failing(limit + 1))).toBe('behind');
      // Nothing says why: then it counts from when CalSync could have read it.
      expect(unread(limit + 1, interval)).toBe('behind');
      expect(unread(limit + 1, interval, { awakeSince: at(-limit) })).toBe('catching-up');
      // After a sleep it fails for the first time.
      expect(unread(60 * 20, interval, failing(1))).toBe('catching-up');
    }
    // A sync that goes on does not hide it, the first one after a wake does, and what needs the person goes before.
    expect(unread(90, 5, { ...failing(90), runningSince: at(-1) })).toBe('behind');
    const first = {
      runningSince: at(0),
      awakeSince: at(0),
      newestRun: { startedAt: at(0), outcome: 'running' as const },
    };
    expect(unread(90, 5, { ...failing(90), ...first })).toBe('catching-up');
    expect(unread(90, 5, { ...failing(90), holds: [exampleHold()] })).toBe('needs-you');
    const account = { troubles: [exampleTrouble('quota-exhausted', exampleAccount().email, { since: at(-90) })] };
    expect(unread(90, 5, account)).toBe('behind');
    const elsewhere = { troubles: [exampleTrouble('provider-trouble', 'Home', { since: at(-90) })] };
    expect(unread(90, 5, { ...elsewhere, awakeSince: at(-30) })).toBe('catching-up');
  });

  it('says with how many it is behind, and since when with the first of them', () => {
    const named = ['Work', 'Home', 'Team'] as const;
    const status = exampleStatus({
      awakeSince: at(-900),
      calendars: named.map((name, index) => exampleCalendar({ id: name, name, lastReadAt: at(-90 - index) })),
      troubles: named.map((name) => exampleTrouble('provider-trouble', name, { since: at(-80) })),
    });
    const health = healthOf(status, now);
    expect(health).toMatchObject({ state: 'behind', since: at(-92) });
    for (const voice of voices) {
      expect(healthSaid(health, voice)).toEqual({
        heading: 'Behind with 3 calendars since 14:05',
        meaning: 'Google has trouble right now; nothing is lost. What changed there since has no block yet.',
        step: 'try-again',
      });
    }
    // What the state says itself is not listed once more below it.
    expect(listedMatters(health)).toEqual([]);
  });

  it('says since when the first of several began', () => {
    const troubles = [
      exampleTrouble('provider-trouble', 'Work', { since: at(-3) }),
      exampleTrouble('provider-trouble', 'Home', { since: at(-40) }),
    ];
    expect(healthOf(exampleStatus({ troubles }), now)).toMatchObject({ state: 'in-sync-except', since: at(-40) });
  });

  it('lets what passes pass by itself at first', () => {
    const passing = (since: number) => ({
      troubles: [exampleTrouble('provider-trouble', 'Work', { since: at(since) })],
    });
    expect(stateOf(passing(-9))).toBe('catching-up');
    expect(stateOf(passing(-11))).toBe('in-sync-except');
  });

  it('that nothing can sync names what the last sync met, and nothing else that stands', () => {
    const failed = exampleRun({ outcome: 'failed', errors: [appError('provider-trouble', 'Work')] });
    const facts = {
      lastRun: failed,
      newestRun: { startedAt: failed.startedAt, outcome: 'failed' as const },
      troubles: [
        exampleTrouble('keychain-unavailable', null, { since: at(-600) }),
        exampleTrouble('provider-trouble', 'Work', { since: at(-30) }),
      ],
    };
    expect(healthOf(exampleStatus(facts), now)).toMatchObject({
      state: 'cannot-sync',
      since: at(-30),
      why: { code: 'provider-trouble' },
    });
  });

  it('lists that no sync came to its end, where nothing else says why', () => {
    const calm = { awakeSince: at(-600), lastSyncAt: at(-60), newestRun: { startedAt: at(0), outcome: 'ok' as const } };
    expect(healthOf(exampleStatus(calm), now)).toMatchObject({
      state: 'cannot-sync',
      since: at(-60),
      why: { code: 'sync-overdue' },
      matters: [{ code: 'sync-overdue' }],
    });
  });

  it('stays with what needs the person while a sync goes on', () => {
    expect(stateOf({ holds: [exampleHold()], runningSince: at(0) })).toBe('needs-you');
  });

  it('waits for more than what is refused', () => {
    const refused = exampleTrouble('request-refused', 'Work', { since: at(-600), meetings: 2, what: 'a', known: true });
    expect(stateOf({ troubles: [refused], waiting: 2 })).toBe('in-sync-except');
    expect(stateOf({ troubles: [refused], waiting: 3 })).toBe('catching-up');
  });

  it('is not held up by what does not concern the sync that could not start', () => {
    for (const code of ['paused', 'not-started', 'reset-unfinished'] as const) {
      expect(stateOf({ couldNotStart: { since: at(-1), error: appError(code) } })).toBe('in-sync');
    }
    expect(stateOf({ couldNotStart: { since: at(-1), error: appError('client-missing') } })).toBe('cannot-sync');
    expect(stateOf({ couldNotStart: { since: at(-1), error: appError('busy-elsewhere') } })).toBe('catching-up');
  });
});

describe('what the person knows', () => {
  const refused = (over: Parameters<typeof exampleTrouble>[2] = {}) =>
    exampleTrouble('time-zone-refused', 'Work', { meetings: 1, what: 'a', ...over });

  it('is told more quietly, and as soon as one thing of it is new it is not known any more', () => {
    const known = healthOf(exampleStatus({ troubles: [refused({ known: true })], waiting: 1 }), now);
    expect(known).toMatchObject({ state: 'in-sync-except', known: true });
    expect(toneOf(known)).toBe('good');
    const more = healthOf(
      exampleStatus({ troubles: [refused({ known: true }), refused({ about: 'Home', what: 'b' })], waiting: 2 }),
      now,
    );
    expect(more).toMatchObject({ state: 'in-sync-except', known: false });
    expect(toneOf(more)).toBe('amber');
  });

  it('is only what stays so for good', () => {
    const knowable = errorCodes.filter((code) => needOf(code) === 'known');
    expect(knowable).toEqual(['keychain-unavailable', 'request-refused', 'time-zone-refused'].toSorted());
    const known = exampleTrouble('provider-trouble', 'Work', { since: at(-600), known: true });
    expect(healthOf(exampleStatus({ troubles: [known] }), now)).toMatchObject({ known: false });
  });
});

describe('troubles of one cause', () => {
  it('are one matter, however many calendars they touch', () => {
    const troubles = Array.from({ length: 40 }, (_each, index) => exampleTrouble('provider-trouble', `C${index}`));
    const { matters } = healthOf(exampleStatus({ troubles }), now);
    expect(matters).toHaveLength(1);
    const [matter] = matters;
    expect(matter === undefined ? '' : matterSaid(matter, voices[0] as Voice).sentence).toBe(
      'Google has trouble right now with C0, C1 and 38 others; nothing is lost.',
    );
  });

  it('stay apart where each is mended by itself', () => {
    const troubles = ['a@x.example', 'b@x.example'].map((email) => exampleTrouble('needs-sign-in', email));
    expect(healthOf(exampleStatus({ troubles }), now)).toMatchObject({
      state: 'needs-you',
      what: [{ abouts: ['a@x.example'] }, { abouts: ['b@x.example'] }],
    });
  });

  it.each(errorCodes)('%s about several is one sentence that fits them', (code) => {
    for (const surface of ['app', 'command-line'] as const) {
      const { sentence } = messageForAll(code, ['Work', 'Home', 'Studio'], surface);
      expect(sentence).toMatch(/^[^a-z].{12,}\.$/);
      expect(sentence).not.toMatch(/[.?!] \p{Lu}|undefined|null/u);
    }
  });

  it('are named up to two, and the rest is counted', () => {
    expect(namedTogether(['a'])).toBe('a');
    expect(namedTogether(['a', 'b'])).toBe('a and b');
    expect(namedTogether(['a', 'b', 'c'])).toBe('a, b and 1 other');
    expect(namedTogether(['a', 'b', 'c', 'd'])).toBe('a, b and 2 others');
  });
});

describe('what is said', () => {
  it.each(situations)('of $name is plain, and has a button only where there is something to do', ({ facts }) => {
    for (const voice of voices) {
      const health = healthOf(exampleStatus(facts), now);
      const { heading, meaning, step } = healthSaid(health, voice);
      expect(heading).toMatch(/^[\p{Lu}\d].*[^.]$/u);
      expect(meaning).toMatch(/^[\p{Lu}\d].*\.$/u);
      expect(`${heading} ${meaning}`).not.toMatch(/undefined|null|NaN|\b(tokens?|scopes?|engine)\b|!/i);
      if (voice.surface === 'app') expect(`${heading} ${meaning}`).not.toMatch(/`|--/);
      if (toneOf(health) === 'busy') expect(step).toBeNull();
    }
  });

  it('is green for nothing but the promise', () => {
    for (const { state, facts } of situations) {
      const health = healthOf(exampleStatus(facts), now);
      const isGreen = toneOf(health) === 'good';
      const isKnown = health.state === 'in-sync-except' && health.known;
      expect(isGreen, state).toBe(state === 'in-sync' || state === 'demo' || isKnown);
    }
  });
});

/** Facts of all kinds, most of them well. */
const momentArb = fc
  .oneof(
    { weight: 6, arbitrary: fc.integer({ min: -9, max: 0 }) },
    { weight: 1, arbitrary: fc.constantFrom(-11, -60, -576_000, 30, 525_600) },
  )
  .map(at);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>, weight = 12) =>
  fc.oneof({ weight, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
const codeArb = fc.constantFrom(...errorCodes);
const waitArb = maybe(
  fc.record({
    since: momentArb,
    error: maybe(
      codeArb.map((code) => appError(code)),
      1,
    ),
  }),
);
const outcomeArb = fc.oneof(
  { weight: 12, arbitrary: fc.constant('ok' as const) },
  { weight: 1, arbitrary: fc.constantFrom('partial', 'failed', 'offline') },
);
const factsArb: fc.Arbitrary<HealthFacts> = fc
  .record({
    demo: fc.boolean(),
    started: fc.oneof({ weight: 12, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    runningSince: maybe(momentArb),
    awakeSince: fc.oneof(fc.constant(null), momentArb, fc.constant(at(-600))),
    lastSyncAt: fc.oneof({ weight: 12, arbitrary: momentArb }, { weight: 1, arbitrary: fc.constant(null) }),
    pausedUntil: maybe(fc.constantFrom('forever', at(30), at(-30))),
    accounts: fc.array(
      fc
        .constantFrom('connected', 'connected', 'connected', 'needs-sign-in', 'resting')
        .map((state) => exampleAccount({ state })),
      { maxLength: 3 },
    ),
    calendars: fc.array(
      fc
        .record({
          lastReadAt: fc.oneof({ weight: 12, arbitrary: momentArb }, { weight: 1, arbitrary: fc.constant(null) }),
          source: fc.boolean(),
          target: fc.boolean(),
          goneSince: maybe(momentArb),
        })
        .map(exampleCalendar),
      { maxLength: 3 },
    ),
    holds: fc.oneof(
      { weight: 12, arbitrary: fc.constant<HoldView[]>([]) },
      { weight: 1, arbitrary: fc.constant<HoldView[]>([exampleHold()]) },
    ),
    outcome: outcomeArb,
    newest: fc.oneof(
      { weight: 12, arbitrary: fc.constant('same' as const) },
      { weight: 1, arbitrary: fc.constantFrom('running', 'interrupted') },
    ),
    ranAt: momentArb,
    waiting: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
    settling: maybe(fc.record({ meetings: fc.integer({ min: 1, max: 3 }), since: maybe(momentArb, 1) })),
    couldNotStart: maybe(fc.record({ since: momentArb, error: codeArb.map((code) => appError(code)) })),
    waitsFor: fc.record({ disk: waitArb, keychain: waitArb, engine: waitArb }),
    troubles: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Trouble[]>([]) },
      {
        weight: 1,
        arbitrary: fc.array(
          fc
            .record({ code: codeArb, since: maybe(momentArb, 1), meetings: fc.nat(2), known: fc.boolean() })
            .map(({ code, ...over }) => exampleTrouble(code, null, over)),
          { maxLength: 3 },
        ),
      },
    ),
  })
  .map(({ outcome, newest, ranAt, ...over }) =>
    exampleStatus({
      ...over,
      lastRun: exampleRun({ startedAt: ranAt, finishedAt: ranAt, outcome: outcome as 'ok' }),
      newestRun: { startedAt: ranAt, outcome: newest === 'same' ? outcome : newest },
    }),
  );

const isOld = (moment: string | null): boolean => {
  const passed = now - Date.parse(moment ?? at(-576_000));
  return passed > 10 * 60_000 || passed < -5 * 60_000;
};

/** What speaks against the promise, said once more and in another way than the product does. */
function speaksAgainst(facts: HealthFacts): readonly string[] {
  const { engine, disk, keychain } = facts.waitsFor;
  const inUse = facts.calendars.filter((one) => (one.source || one.target) && one.goneSince === null);
  const chosen = ['paused', 'not-started', 'reset-unfinished', 'cancelled'];
  return [
    engine !== null ? 'no engine' : '',
    disk !== null ? 'no disk' : '',
    keychain !== null ? 'no keychain' : '',
    facts.accounts.length === 0 || !facts.started ? 'not started' : '',
    facts.accounts.length > 0 &&
    facts.accounts.every((one) => one.state === 'needs-sign-in') &&
    facts.troubles.length > 0
      ? 'nobody signed in'
      : '',
    facts.pausedUntil === 'forever' || Date.parse(facts.pausedUntil ?? at(-1)) > now ? 'paused' : '',
    facts.runningSince !== null ? 'running' : '',
    facts.lastRun?.outcome !== 'ok' ? 'last run not well' : '',
    facts.newestRun?.outcome !== 'ok' ? 'newest run not well' : '',
    facts.troubles.length > 0 ? 'troubles' : '',
    facts.holds.length > 0 ? 'holds' : '',
    facts.waiting > (facts.settling?.meetings ?? 0) ? 'waiting' : '',
    facts.settling !== null ? 'settling' : '',
    facts.couldNotStart !== null && !chosen.includes(facts.couldNotStart.error.code) ? 'could not start' : '',
    isOld(facts.lastSyncAt) ? 'old' : '',
    inUse.some((one) => isOld(one.lastReadAt)) ? 'unread' : '',
  ].filter((one) => one !== '');
}

describe('the promise, whatever the facts', () => {
  it('is given exactly where nothing speaks against it', () => {
    let green = 0;
    fc.assert(
      fc.property(factsArb, (facts) => {
        const health = healthOf(facts, now);
        const isPromise = health.state === 'in-sync' || health.state === 'demo';
        if (isPromise) {
          green += 1;
          expect(speaksAgainst(facts)).toEqual([]);
        }
        if (health.state === 'in-sync-except') expect(speaksAgainst(facts)).not.toContain('unread');
        // And what is said has words everywhere.
        for (const voice of voices) expect(healthSaid(health, voice).heading).not.toBe('');
      }),
      { numRuns: 3000 },
    );
    // Otherwise the property would hold for a state that is never reached.
    expect(green).toBeGreaterThan(50);
  });

  it('is given where only what is known is left out, never by name of that state', () => {
    fc.assert(
      fc.property(factsArb, fc.constantFrom(...errorCodes), (facts, code) => {
        const troubles = [...facts.troubles, exampleTrouble(code, null, { known: true })];
        expect(['in-sync', 'demo']).not.toContain(healthOf({ ...facts, troubles }, now).state);
      }),
      { numRuns: 1000 },
    );
  });
});
