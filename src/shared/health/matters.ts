import type { Trouble } from '../dto.ts';
import type { AppError, ErrorCode } from '../errors.ts';
import { appError } from '../errors.ts';
import type { Need } from './needs.ts';
import { chosen, eachByItself, needOf } from './needs.ts';
import type { HealthFacts, HealthMatter, TroubleMatter } from './states.ts';

/** Takes what stands; returns what the last run met where it could read nothing, or null where it could, or that is mended. */
export function metByFailedRun({ lastRun }: HealthFacts, matters: readonly HealthMatter[]): TroubleMatter | null {
  return lastRun?.outcome === 'failed'
    ? ofCodes(
        matters,
        lastRun.errors.map(({ code }) => code),
      )
    : null;
}

/** Takes matters and codes; returns the first trouble of one of these codes, or null. */
export function ofCodes(
  matters: readonly HealthMatter[],
  codes: readonly (ErrorCode | undefined)[],
): TroubleMatter | null {
  return matters.find((one): one is TroubleMatter => one.kind === 'trouble' && codes.includes(one.code)) ?? null;
}

/** Takes the facts; returns all that is not as it should be: what has one cause as one matter, what needs the person first. */
export function mattersOf({ troubles, holds, couldNotStart }: HealthFacts): readonly HealthMatter[] {
  const all = [...troubles];
  if (couldNotStart !== null && !chosen.has(couldNotStart.error.code)) {
    const { since, error } = couldNotStart;
    const isKnown = all.some(({ code, about }) => code === error.code && about === error.about);
    if (!isKnown) all.push({ ...asTrouble(error), since });
  }
  const cause = (one: Trouble): string => (eachByItself.has(one.code) ? `${one.code} ${one.about ?? ''}` : one.code);
  const gathered = [...Map.groupBy(all, cause).values()].map(matterOf);
  const of = (need: Need): readonly TroubleMatter[] => gathered.filter((one) => one.need === need);
  return [
    ...of('person'),
    ...holds.map((hold) => ({ kind: 'hold', hold, since: hold.since }) as const),
    ...of('known'),
    ...of('nobody'),
  ];
}

/** Takes troubles of one cause, at least one; returns them as one matter. */
export function matterOf(troubles: readonly Trouble[]): TroubleMatter {
  const code = troubles[0]?.code ?? 'unexpected';
  return {
    kind: 'trouble',
    code,
    abouts: [...new Set(troubles.flatMap(({ about }) => about ?? []))],
    since: earliest(troubles),
    need: needOf(code),
    known: needOf(code) === 'known' && troubles.every(({ known }) => known),
    meetings: troubles.reduce((sum, { meetings }) => sum + meetings, 0),
    parts: troubles.map(({ code, about, what }) => ({ code, about, what })),
  };
}

/** Takes a failure; returns it as a trouble of which nothing more is known. */
export function asTrouble(error: AppError): Trouble {
  return { ...error, since: null, meetings: 0, what: '', known: false };
}

/** Takes a matter; returns whether only the person can mend it, or must answer it. */
export function needsPerson(matter: HealthMatter): boolean {
  return matter.kind === 'hold' || matter.need === 'person';
}

/** Takes a matter; returns whether the person is to be shown it as theirs: to mend, to answer, or to know. */
export function isForThePerson(matter: HealthMatter): boolean {
  return needsPerson(matter) || (matter.kind === 'trouble' && matter.need === 'known' && !matter.known);
}

/** Takes when a sync last came to its end, or null; returns the matter that none has since. */
export function overdueMatter(lastSyncAt: string | null): TroubleMatter {
  return matterOf([{ ...asTrouble(appError('sync-overdue')), since: lastSyncAt }]);
}

/** Takes troubles; returns since when the oldest stands, as far as that is known of any. */
export function earliest(troubles: readonly { readonly since: string | null }[]): string | null {
  return troubles.flatMap(({ since }) => since ?? []).sort()[0] ?? null;
}

/** Takes matters and a code; returns since when that trouble stands, or null. */
export function sinceOf(matters: readonly HealthMatter[], code: ErrorCode): string | null {
  return matters.find((one) => one.kind === 'trouble' && one.code === code)?.since ?? null;
}
