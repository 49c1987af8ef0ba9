import type { Happening, HouseholdSpec } from './happenings.ts';

/** What happens, in one row; null ends a round. */
type Story = readonly (Happening | null)[];

const storyOf = ({ rounds }: HouseholdSpec): Story => rounds.flatMap((round) => [...round, null]).slice(0, -1);

function told(spec: HouseholdSpec, story: Story): HouseholdSpec {
  const rounds: Happening[][] = [[]];
  for (const one of story) {
    if (one === null) rounds.push([]);
    else rounds.at(-1)?.push(one);
  }
  return { ...spec, rounds };
}

/** Households that differ in one thing, which is plainer there. */
function* plainer(spec: HouseholdSpec): Generator<HouseholdSpec> {
  if (spec.second !== 'none') yield { ...spec, second: 'none' };
  if (spec.family !== null) yield { ...spec, family: null };
  if (spec.partner !== null) yield { ...spec, partner: null };
  if (spec.switches !== undefined) {
    const { second, family, partner, rounds } = spec;
    yield { second, family, partner, rounds };
  }
  for (const [index, round] of spec.rounds.entries()) {
    for (const [place, one] of round.entries()) {
      for (const plain of plainerHappenings(one)) {
        yield { ...spec, rounds: spec.rounds.with(index, round.with(place, plain)) };
      }
    }
  }
}

function* plainerHappenings(one: Happening): Generator<Happening> {
  if (one.kind === 'add' && one.weekly) yield { ...one, weekly: false };
  if (one.kind === 'add' && one.allDay === true) yield { ...one, allDay: false };
  if ('event' in one && one.event > 0) yield { ...one, event: 0 };
  if ('block' in one && one.block > 0) yield { ...one, block: 0 };
  if ('laptop' in one && one.laptop > 0) yield { ...one, laptop: 0 };
}

/**
 * Takes a household, how it is wrong, and what tells how one is wrong (null where it is right); returns the smallest that it
 * finds to be wrong, and how. Goes on until nothing smaller is wrong, or until it is told that the time is up.
 */
export async function madeSmall(
  spec: HouseholdSpec,
  about: string,
  wrongOf: (spec: HouseholdSpec) => Promise<string | null>,
  isOver: () => boolean,
): Promise<{ readonly world: HouseholdSpec; readonly about: string }> {
  let best = { world: spec, about };
  const isStillWrong = async (world: HouseholdSpec): Promise<boolean> => {
    const wrong = isOver() ? null : await wrongOf(world);
    if (wrong !== null) best = { world, about: wrong };
    return wrong !== null;
  };
  for (let length = Math.ceil(storyOf(spec).length / 2); !isOver();) {
    let found = false;
    // From the end, because what comes last has the least to do with all the rest.
    for (let end = storyOf(best.world).length; end > 0; end -= length) {
      const story = storyOf(best.world);
      const left = [...story.slice(0, Math.max(0, end - length)), ...story.slice(end)];
      found = (await isStillWrong(told(best.world, left))) || found;
    }
    if (length > 1) length = Math.ceil(length / 2);
    else if (!found) break;
  }
  for (let found = true; found && !isOver();) {
    found = false;
    for (const world of plainer(best.world)) {
      found = await isStillWrong(world);
      if (found) break;
    }
  }
  return best;
}
