export { patchEvent, updateEvent } from './change.ts';
export type { WriteOptions } from './checks.ts';
export { importEvent, insertEvent } from './insert.ts';
export { moveEvent } from './move.ts';
export { placeCaptured, placeEvent } from './place.ts';
export { deleteEvent, deleteWithCopies } from './remove.ts';
export { commitUnit } from './series.ts';
