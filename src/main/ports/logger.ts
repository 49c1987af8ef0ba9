/** What a log line may carry beside its event name. The sink redacts, so that no caller has to remember to. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  /** Takes an event name in kebab-case (`pull-finished`) and flat fields. */
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
