/** One step from a database format to the next. Published steps are never edited; a change is a new step. */
export interface Migration {
  /** The `user_version` after this step: one more than that of the step before. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}
