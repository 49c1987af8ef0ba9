/** Takes work and runs it after all work given before; work never overlaps. Resolves or rejects as the work does. */
export type Mutex = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Returns a mutex: one at a time within this process. Between processes the lease of the store does the same. */
export function createMutex(): Mutex {
  let tail: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = tail.then(work, work);
    tail = next.catch(() => undefined);
    return next;
  };
}
