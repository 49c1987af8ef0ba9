/** The shapes that cross to a page or into JSON, by their topics. */
export * from './dto/accounts.ts';
export * from './dto/calendars.ts';
export * from './dto/copies.ts';
export * from './dto/doctor.ts';
export * from './dto/holds.ts';
export * from './dto/kept.ts';
export * from './dto/pauses.ts';
export * from './dto/plan.ts';
export * from './dto/policies.ts';
export * from './dto/reason.ts';
export * from './dto/removals.ts';
export * from './dto/runs.ts';
export * from './dto/status.ts';
export * from './dto/undo.ts';
export * from './dto/why.ts';
