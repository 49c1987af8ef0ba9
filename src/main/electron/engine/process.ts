import { ok } from '../../../shared/result.ts';
import { clientFromEnvironment, createCalSync } from '../../app/index.ts';
import { hostEngine } from './host.ts';

/** The process of the engine: CalSync on the person's own accounts, with the keychain. */
hostEngine(process.parentPort, async ({ start, host, resolveProxy }) => {
  const client = clientFromEnvironment(process.env);
  if (!client.ok) return client;
  const created = await createCalSync({
    dataFolder: start.dataFolder,
    googleUrl: start.googleUrl,
    client: client.value,
    vault: 'keychain',
    version: start.version,
    host,
    resolveProxy,
    // The main process starts another one a moment later. An ordinary end would wait for the thread in which the keychain is asked, and
    // the other one for this one's lease.
    startAnew: () => void process.kill(process.pid, 'SIGKILL'),
    ...(start.nativeBinding === null ? {} : { nativeBinding: start.nativeBinding }),
  });
  if (!created.ok) return created;
  const { app, notices } = created.value;
  return ok({
    app,
    notices,
    begin: () => {
      app.startSchedule();
      return Promise.resolve();
    },
    close: () => app.close(),
  });
});
