import type { Context } from 'hono';
import type { Backend } from '../backend.ts';
import type { AccessGrant } from '../state/grants.ts';
import type { ListFaults } from '../state/reads/listing.ts';

/** What a request carries beside itself when it is a part of a batch. */
export interface BatchPart {
  readonly batch: number;
  /** Cuts the connection of the whole batch. */
  readonly cut: () => void;
}

/** What the observer (observe.ts) hands to the application with each request. */
export interface RequestBindings {
  readonly backend: Backend;
  readonly grant: AccessGrant | undefined;
  readonly listFaults: ListFaults;
  /** Number of the request in the log. */
  readonly requestNumber: number;
  /** The body, read once; empty when there is none. */
  readonly bodyText: string;
  /** Cuts the connection without an answer. */
  readonly cut: () => void;
  /** Carries out a part of a batch as a request of its own. */
  readonly handlePart: (request: Request, part: BatchPart) => Promise<Response>;
}

/** Hono's environment of the simulator. */
export interface SimulatorEnvironment {
  Bindings: RequestBindings;
}

/** A request under way. */
export type SimulatorContext = Context<SimulatorEnvironment>;
