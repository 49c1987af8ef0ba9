import { appError } from '../../../shared/errors.ts';
import { needOf } from '../../../shared/health.ts';
import { err, ok } from '../../../shared/result.ts';
import { datedNow } from '../../core/clocks.ts';
import { isAsked, refusedUse } from '../../engine/access.ts';
import { heldBlocksView, holdVersion, holdViews, muteKey, muteViews } from '../../engine/status.ts';
import type { CalSync } from '../calsync.ts';
import type { Parts } from '../parts.ts';
import { newlyUsed, policiesOf, previewPolicies, rememberChoice, savePolicies } from '../policies.ts';
import type { Live } from './live.ts';
import type { Work } from './work.ts';

type Choosing = Pick<
  CalSync,
  | 'useCalendar'
  | 'answerRenaming'
  | 'holds'
  | 'heldBlocks'
  | 'resolveHold'
  | 'acknowledge'
  | 'mutes'
  | 'liftMute'
  | 'policies'
  | 'previewPolicies'
  | 'savePolicies'
>;

/** Takes all parts; returns what a person can choose: what calendars are used for, policies, and what waits for their answer. */
export function choosing(parts: Parts, live: Live, work: Work): Choosing {
  const { store, engine, clock, logger } = parts;
  return {
    useCalendar: (id, use) => {
      const calendar = store.calendars().find((one) => one.id === id);
      if (calendar === undefined) return err(appError('calendar-unknown', id));
      const refused = refusedUse(store, calendar, use);
      if (refused !== null) return err(refused);
      store.asOne(() => {
        rememberChoice(parts, [{ kind: 'use', calendarId: id, ...use }]);
        store.setUse(id, use, datedNow(clock.now(), engine.provider.clockOffset()));
      });
      live.request('settings');
      return ok(live.changed());
    },
    answerRenaming: (id, same) => {
      const calendar = store.calendars().find((one) => one.id === id);
      if (calendar === undefined) return err(appError('calendar-unknown', id));
      if (!isAsked(store, id)) return err(appError('option-invalid', `nothing is asked about ${calendar.name}`));
      if (same) store.takeRenaming(id);
      else store.denyRenaming(id);
      logger.info('renaming-answered', { same });
      live.request('settings');
      return ok(live.changed());
    },

    holds: () => holdViews(store),
    heldBlocks: (key) => {
      const hold = store.holds().find((one) => one.key === key);
      return hold === undefined ? err(appError('hold-unknown', key)) : ok(heldBlocksView(store, hold));
    },
    resolveHold: (key, choice, version) => {
      const hold = store.holds().find((one) => one.key === key);
      if (hold === undefined) return err(appError('hold-unknown', key));
      if (version !== undefined && version !== holdVersion(hold)) return err(appError('hold-changed'));
      store.decideHold(hold, choice);
      live.request('settings');
      return ok(live.changed());
    },
    acknowledge: (known) => {
      for (const part of known) {
        if (needOf(part.code) === 'known') store.acknowledge(part);
      }
      return live.changed();
    },
    mutes: () => muteViews(store),
    liftMute: (key) => {
      const mute = store.mutes().find((one) => muteKey(one) === key);
      if (mute === undefined || !store.liftMute(mute)) return err(appError('mute-unknown', key));
      live.request('settings');
      live.changed();
      return ok(muteViews(store));
    },

    policies: () => policiesOf(parts),
    previewPolicies: async (...changes) => {
      const unread = newlyUsed(parts, changes);
      if (unread.size > 0) {
        const read = await work.leased(() => work.readFor({}, (calendar) => unread.has(calendar.id)));
        if (!read.ok) return read;
      }
      return previewPolicies(parts, changes);
    },
    savePolicies: (...changes) => {
      const saved = savePolicies(parts, changes);
      if (saved.ok) {
        live.request('settings');
        live.changed();
      }
      return saved;
    },
  };
}
