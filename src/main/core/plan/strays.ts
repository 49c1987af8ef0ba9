import type { CalendarId } from '../../../shared/ids.ts';
import { contentHash, descriptionOf, echoOf, plainSummary } from '../content.ts';
import type { BlockContent, ObservedBlock, PlanContext } from '../model.ts';
import type { TargetPlan } from './target-plan.ts';

/** Whoever wrote words onto a block may have written what nobody is to read, whether or not its event is known. */
export function putWordsRight({ group, context, operations }: TargetPlan, block: ObservedBlock): void {
  const content = wordsPutRight(block, context);
  if (content === null) return;
  operations.push({
    kind: 'update',
    reason: 'put-right',
    groupKey: group.key,
    targetId: block.targetId,
    blockId: block.id,
    sourceId: null,
    tag: { ...block.tag, contentHash: contentHash(content) },
    memory: null,
    content,
    etag: block.etag,
    withColour: false,
    previousStart: null,
  });
}

/**
 * Takes a block whose event is not known any more, and the context; returns what it should show where somebody has written
 * other words onto it than this computer had, or null where it is as it was written, or was written by another computer.
 * Its times stay as they are, because nothing says better. Of its title nothing is kept but what some route to this
 * calendar shows for every event, and that only where the block's own fingerprint proves it.
 */
function wordsPutRight(block: ObservedBlock, context: PlanContext): BlockContent | null {
  const { content: shown, tag, echo } = block;
  if (block.ownHash === null || shown.start === null || shown.end === null) return null;
  const asShown: BlockContent = {
    summary: shown.summary ?? '',
    description: shown.description ?? '',
    place: shown.place,
    start: shown.start,
    end: shown.end,
    recurrence: shown.recurrence,
    visibility: shown.visibility === 'default' ? 'default' : 'private',
    colorId: shown.colorId,
    outOfOffice: block.outOfOffice,
  };
  if (contentHash(asShown) === tag.contentHash || (echo !== null && echo === echoOf(shown))) return null;
  const bare: BlockContent = { ...asShown, description: descriptionOf(tag.sourceRef), place: null };
  const summaries = plainSummaries(block.targetId, context);
  // A colour may be changed by hand, so that the fingerprint is looked for with that of each route as well.
  const proven = summaries.find(({ summary, colorId }) =>
    [colorId, bare.colorId].some((colour) => contentHash({ ...bare, summary, colorId: colour }) === tag.contentHash),
  );
  const right = { ...bare, summary: proven?.summary ?? plainSummary };
  const sameWords =
    right.summary === asShown.summary &&
    right.description === asShown.description &&
    (asShown.place ?? '') === '' &&
    right.visibility === shown.visibility;
  return sameWords ? null : right;
}

/** What routes to a calendar show that tells nothing of an event. */
function plainSummaries(
  targetId: CalendarId,
  { calendars, blockPolicy }: PlanContext,
): readonly { readonly summary: string; readonly colorId: string | null }[] {
  const found = [{ summary: plainSummary, colorId: null as string | null }];
  for (const { id } of calendars.values()) {
    const { summary, colorId } = blockPolicy(id, targetId);
    if (!summary.includes('{')) found.push({ summary, colorId });
  }
  return found;
}
