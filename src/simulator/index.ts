export { InvalidWorldError, defaultScopes, startSimulator } from './start.ts';
export type { AccountSummary, CalendarDump, Simulator, SimulatorOptions, TestTokens } from './start.ts';
export type { Fault, FaultKind, FaultSpec } from './state/faults.ts';
export type { OAuthClient } from './state/grants.ts';
export type { RequestRecord } from './state/request-log.ts';
export type { AccessRole, CalendarService, Violation } from './state/service.ts';
export type { Switches } from './state/switches.ts';
export type { WorldName } from './worlds/named.ts';
export type { World } from './worlds/schema.ts';
