/** Rules of series (RFC 5545 §3.3.10): their parts, reading them, and what they make. */
export { RuleDates, mostSteps } from './rule/dates.ts';
export { hasUnknownMeaning, knownParts, mostRules, nameEnd, ruleParts, weekdayNames } from './rule/parts.ts';
export { asServicesMake, readRule } from './rule/read.ts';
export type { Rule } from './rule/rule.ts';
export type { Wall } from './rule/wall.ts';
