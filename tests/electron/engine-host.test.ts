import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { hostEngine } from '../../src/main/electron/engine/host.ts';
import type { FromEngine, ToEngine } from '../../src/main/electron/engine/protocol.ts';
import { ok } from '../../src/shared/result.ts';
import { createFakeCalSync, type FakeCalSync } from '../support/fake-calsync.ts';

/** The process of an engine that is open, seen from the main process. */
async function hosted(): Promise<{
  readonly app: FakeCalSync;
  readonly said: FromEngine[];
  readonly tell: (message: ToEngine) => void;
}> {
  const app = createFakeCalSync();
  const said: FromEngine[] = [];
  const port = Object.assign(new EventEmitter(), { postMessage: (message: FromEngine) => said.push(message) });
  hostEngine(port, () =>
    Promise.resolve(ok({ app, notices: [], begin: () => Promise.resolve(), close: () => app.close() })),
  );
  const tell = (data: ToEngine): void => void port.emit('message', { data });
  tell({ kind: 'start', dataFolder: '/nowhere', googleUrl: null, version: 'test', nativeBinding: null });
  await vi.waitFor(() => expect(said.map((each) => each.kind)).toContain('status'));
  return { app, said, tell };
}

const personalIsTarget = (message: FromEngine | undefined): boolean | undefined =>
  message?.kind === 'status'
    ? message.status.calendars.find((calendar) => calendar.name === 'Personal')?.target
    : undefined;

describe('the process of the engine', () => {
  it('shows what a request has changed before it answers it, although snapshots are far between', async () => {
    const { said, tell } = await hosted();
    said.length = 0;
    for (const [id, target] of [
      [1, false],
      [2, true],
    ] as const) {
      tell({ kind: 'call', id, name: 'calendar.use', input: { calendarId: 'me@home.example', source: true, target } });
      await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining({ kind: 'answer', id })));
      const at = said.findIndex((each) => each.kind === 'answer' && each.id === id);
      const before = said.slice(0, at).findLast((each) => each.kind === 'status');
      expect(personalIsTarget(before)).toBe(target);
    }
  });

  it('sends no snapshot where nothing has changed, and few where much changes', async () => {
    const { app, said, tell } = await hosted();
    said.length = 0;
    tell({ kind: 'call', id: 1, name: 'mute.list', input: undefined });
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(0));
    expect(said.map((each) => each.kind)).toEqual(['answer']);
    for (let done = 0; done < 1000; done += 1) app.set({ progress: { done, total: 1000 } });
    await vi.waitFor(() => expect(said.at(-1)).toMatchObject({ kind: 'status', status: { progress: { done: 999 } } }));
    expect(said.length).toBeLessThan(5);
  });
});
