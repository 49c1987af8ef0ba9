import { app } from 'electron';
import type { EngineClient } from '../engine/client.ts';
import { explain } from '../windows/message-box.ts';
import type { Windows } from '../windows/windows.ts';
import type { TrayAction } from './view.ts';

/** Takes the engine and the windows; returns what does what was chosen in the tray's menu. */
export function createTrayActions(
  engine: Pick<EngineClient, 'call'>,
  windows: Pick<Windows, 'showPopup' | 'showSettings'>,
): (action: TrayAction) => void {
  return (action) => {
    switch (action.kind) {
      case 'open':
        windows.showPopup();
        return;
      case 'sync':
        void engine.call('sync.now', undefined);
        return;
      case 'pause':
        void engine.call('sync.pause', { until: action.until });
        return;
      case 'resume':
        void engine.call('sync.resume', undefined);
        return;
      case 'reconnect':
        // Behind the browser, because a system says that it opened one where none comes, and what helps then is said in a window.
        windows.showSettings({ page: 'accounts', item: action.accountId });
        void engine.call('account.reconnect', { accountId: action.accountId }).then((answer) => {
          // Nobody looks at the popup just then; a sign-in that failed without a word would be tried for ever.
          if (!answer.ok && answer.error.code !== 'sign-in-interrupted') explain(answer.error);
        });
        return;
      case 'settings':
        windows.showSettings({ page: action.page, item: action.item ?? null });
        return;
      case 'about':
        app.showAboutPanel();
        return;
      case 'quit':
        app.quit();
        return;
    }
  };
}
