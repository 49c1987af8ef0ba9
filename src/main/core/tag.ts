import { sourceRefSchema } from '../../shared/ids.ts';
import type { Tag } from './model.ts';

/** Names of our private extended properties. Each is well below Google's limit of 44 characters (google-calendar.md §3.4). */
export const tagProperties = {
  version: 'calsync.v',
  sourceRef: 'calsync.ref',
  generation: 'calsync.gen',
  contentHash: 'calsync.hash',
} as const;

const formatVersion = '1';
const prefix = 'calsync.';

/**
 * Takes the private extended properties of an event. Returns whether any is ours, and the tag when all are sound.
 * A broken or unknown tag is not a proof of anything: such an event is neither ours nor a source.
 */
export function parseTag(properties: Readonly<Record<string, string>>): { tagged: boolean; tag: Tag | null } {
  const tagged = Object.keys(properties).some((name) => name.startsWith(prefix));
  if (!tagged || properties[tagProperties.version] !== formatVersion) return { tagged, tag: null };
  const sourceRef = sourceRefSchema.safeParse(properties[tagProperties.sourceRef]);
  const generation = properties[tagProperties.generation] ?? '';
  const contentHash = properties[tagProperties.contentHash] ?? '';
  if (!sourceRef.success || !/^(0|[1-9]\d{0,5})$/.test(generation) || !/^[0-9a-v]{16,64}$/.test(contentHash)) {
    return { tagged, tag: null };
  }
  return { tagged, tag: { sourceRef: sourceRef.data, generation: Number(generation), contentHash } };
}

/** Takes a tag, returns the private extended properties that carry it. They hold no calendar id, address or title. */
export function formatTag(tag: Tag): Record<string, string> {
  return {
    [tagProperties.version]: formatVersion,
    [tagProperties.sourceRef]: tag.sourceRef,
    [tagProperties.generation]: String(tag.generation),
    [tagProperties.contentHash]: tag.contentHash,
  };
}
