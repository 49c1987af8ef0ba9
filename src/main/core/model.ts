/** The words of the core, by their topics, and what can be asked of each without knowing of a plan. */
export * from './model/blocks.ts';
export * from './model/calendars.ts';
export * from './model/choices.ts';
export * from './model/events.ts';
export * from './model/groups.ts';
export * from './model/operations.ts';
export * from './model/plan.ts';
export * from './model/tags.ts';
