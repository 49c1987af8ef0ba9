import type { CalendarView, Policies } from '../shared/dto.ts';
import { blockPolicySchema } from '../shared/dto.ts';
import { minute } from '../shared/time.ts';
import { words } from './words.ts';

export type BlockLook = Policies['block'];

/** What a title may tell of an event, in the order in which it is offered. */
export const blockParts = ['title', 'calendar', 'account'] as const;
export type BlockPart = (typeof blockParts)[number];

/** Takes the title of blocks; returns what it tells of the event. Nothing else in braces means anything (`core/content.ts`). */
export function partsIn(summary: string): readonly BlockPart[] {
  return blockParts.filter((part) => summary.includes(`{${part}}`));
}

/** Takes the title of blocks; returns it as a block of the made-up example event would carry it. */
export function sampleSummary(summary: string): string {
  const { sampleTitle, sampleCalendar, sampleAccount } = words.settings.blocks;
  const values = { title: sampleTitle, calendar: sampleCalendar, account: sampleAccount };
  return summary.replaceAll(/\{(title|calendar|account)\}/g, (_, part: BlockPart) => values[part]).trim();
}

/** Takes a look as it stands in its fields; returns whether it can be kept (`blockPolicySchema`). */
export function canKeep(look: BlockLook): boolean {
  return look.summary.trim() !== '' && blockPolicySchema.safeParse(look).success;
}

/** The most minutes that a block begins before its event, or ends after it. */
export const longestBuffer = blockPolicySchema.shape.bufferBefore.unwrap().maxValue ?? 0;

/** Takes a look; returns in words what its blocks have besides a title: the place, time around the event, their kind. */
export function lookFacts(look: BlockLook): readonly string[] {
  const { buffers, minutes, outOfOffice, place, tellPrivate } = words.settings.choices;
  return [
    ...(look.place ? [place.fact] : []),
    ...(look.tellPrivate && (look.place || look.summary.includes('{title}')) ? [tellPrivate.fact] : []),
    ...(look.bufferBefore > 0 ? [buffers.beforeFact(minutes.text(look.bufferBefore))] : []),
    ...(look.bufferAfter > 0 ? [buffers.afterFact(minutes.text(look.bufferAfter))] : []),
    ...(look.outOfOffice ? [outOfOffice.fact] : []),
  ];
}

/** When the made-up example event takes place, in milliseconds of its day. */
const sampleEvent = { from: 600 * minute, to: 660 * minute };

/**
 * Takes minutes before and after, and the person's locale; returns from when to when a block of the example event is.
 * Minutes that are no number yet are left out.
 */
export function sampleTimes(
  before: number,
  after: number,
  locale: string | undefined,
): { readonly from: string; readonly to: string } {
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' });
  const whole = (minutes: number): number => (Number.isInteger(minutes) ? minutes * minute : 0);
  return {
    from: clock.format(sampleEvent.from - whole(before)),
    to: clock.format(sampleEvent.to + whole(after)),
  };
}

/** Takes two looks; returns whether blocks would be the same. */
export function sameLook(one: BlockLook, other: BlockLook): boolean {
  return (Object.keys(one) as (keyof BlockLook)[]).every((name) => one[name] === other[name]);
}

/** What Google Calendar draws for each of its event colours, by its id. */
export const eventColours: Readonly<Record<keyof typeof words.settings.blocks.colours, string>> = {
  '1': '#7986cb',
  '2': '#33b679',
  '3': '#8e24aa',
  '4': '#e67c73',
  '5': '#f6bf26',
  '6': '#f4511e',
  '7': '#039be5',
  '8': '#616161',
  '9': '#3f51b5',
  '10': '#0b8043',
  '11': '#d50000',
};

/** Takes a colour id of a policy; returns the colour, or null for the calendar's own. */
export function colourOf(colorId: string | null): string | null {
  return Object.entries(eventColours).find(([id]) => id === colorId)?.[1] ?? null;
}

export interface Route {
  readonly source: CalendarView;
  readonly target: CalendarView;
  /** Its own look, or null where it is as everywhere. */
  readonly look: BlockLook | null;
}

/** Takes the calendars and the choices; returns every way that blocks go, those with a look of their own first. */
export function routesOf(calendars: readonly CalendarView[], policies: Policies): readonly Route[] {
  const routes = calendars
    .filter((calendar) => calendar.source)
    .flatMap((source) =>
      calendars
        .filter((target) => target.target && target.id !== source.id)
        .map((target) => {
          const own = policies.routes.find((each) => each.sourceId === source.id && each.targetId === target.id);
          return { source, target, look: own?.block ?? null };
        }),
    );
  return [...routes.filter((route) => route.look !== null), ...routes.filter((route) => route.look === null)];
}

/**
 * Takes ways and what a person typed; returns those whose two calendars, by name or address, have every word of it.
 * Nothing typed names all.
 */
export function routesNamed(routes: readonly Route[], text: string): readonly Route[] {
  const wanted = text
    .toLocaleLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return routes.filter(({ source, target }) => {
    const names = [source, target]
      .flatMap(({ id, name }) => [name, id])
      .join('\n')
      .toLocaleLowerCase();
    return wanted.every((word) => names.includes(word));
  });
}
