import type { PlannedOperation, PlanPreview } from './dto.ts';

/** What an operation means for the person who looks at the calendar. */
export type Effect = PlanPreview['targets'][number]['rows'][number]['effect'];

const effects: { readonly [Kind in PlannedOperation['kind']]: Effect } = {
  create: 'add',
  revive: 'add',
  update: 'change',
  replace: 'change',
  'put-slot': 'change',
  'cancel-slot': 'change',
  delete: 'remove',
};

/** Takes an operation; returns what it means for the person who looks at the calendar. */
export function effectOf({ kind }: Pick<PlannedOperation, 'kind'>): Effect {
  return effects[kind];
}
