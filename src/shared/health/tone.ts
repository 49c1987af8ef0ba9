import { isForThePerson } from './matters.ts';
import type { Health } from './states.ts';

/** How a state looks: what is good, goes on by itself, rests, wants a look, or is bad. One shape and colour for each. */
export type Tone = 'good' | 'busy' | 'quiet' | 'amber' | 'red';

/** Takes a state; returns how it looks. `good` is the promise, and given by no other state. */
export function toneOf(health: Health): Tone {
  switch (health.state) {
    case 'in-sync':
    case 'demo':
      return 'good';
    case 'in-sync-except':
      if (health.known) return 'good';
      // What needs nobody is no reason to look alarmed.
      return health.except.some(isForThePerson) ? 'amber' : 'quiet';
    case 'syncing':
    case 'catching-up':
    case 'settling':
      return 'busy';
    case 'not-started':
    case 'paused':
    case 'offline':
      return 'quiet';
    case 'behind':
    case 'waiting':
    case 'needs-you':
      return 'amber';
    case 'cannot-sync':
      return 'red';
  }
}
