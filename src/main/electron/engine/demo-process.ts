import { ok } from '../../../shared/result.ts';
import { startSimulator } from '../../../simulator/index.ts';
import { createCalSync } from '../../app/index.ts';
import { tellStory } from '../../demo/story.ts';
import { hostEngine } from './host.ts';

/** The process of the engine in the demo: a simulated Google on this computer, and sign-ins kept nowhere. */
hostEngine(process.parentPort, async ({ start, host, say }) => {
  const simulator = await startSimulator({ world: 'demo' });
  const created = await createCalSync({
    dataFolder: start.dataFolder,
    googleUrl: simulator.url,
    client: simulator.client,
    vault: 'memory',
    demo: true,
    version: start.version,
    host,
    ...(start.nativeBinding === null ? {} : { nativeBinding: start.nativeBinding }),
  });
  if (!created.ok) {
    await simulator.close();
    return created;
  }
  const { app, notices } = created.value;
  return ok({
    app,
    notices,
    begin: async () => {
      const told = await tellStory({ app, simulator, say });
      if (!told.ok) say(`The story did not go as it should. ${told.error}`);
      app.startSchedule();
    },
    close: async () => {
      await app.close();
      await simulator.close();
    },
  });
});
