import { errorCodeSchema } from '../../shared/errors.ts';
import type { Instant } from '../../shared/time.ts';
import type { Standing, StandingNow } from '../ports/store.ts';
import type { Connection } from './database.ts';

/** What is not as it should be, and since when. */
export interface StandingTroubles {
  all(): readonly Standing[];
  /** Takes what stands now and whether that is all; returns what writes it, or null where nothing is to be written. */
  save(now: readonly StandingNow[], at: Instant, isAll: boolean): (() => void) | null;
  acknowledge(of: Pick<Standing, 'code' | 'about' | 'what'>): boolean;
  /** Forgets what is about an address or a name that is not stored any more. */
  forgetStrangers(): void;
}

interface Columns {
  readonly kind: string;
  readonly about: string;
  readonly since: Instant;
  readonly meetings: number;
  readonly what: string;
  readonly known: string | null;
}

const nameOf = ({ code, about }: Pick<Standing, 'code' | 'about'>): string => `${code}|${about ?? ''}`;

export function standingTroubles(connection: Connection): StandingTroubles {
  const query = <Row>(sql: string) => connection.prepare<unknown[], Row>(sql);
  const rows = query<Columns>('SELECT kind, about, since, meetings, what, known FROM standing ORDER BY kind, about');
  const put = query(`INSERT INTO standing (kind, about, since, meetings, what) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (kind, about) DO UPDATE SET meetings = excluded.meetings, what = excluded.what`);
  const drop = query('DELETE FROM standing WHERE kind = ? AND about = ?');
  const acknowledge = query('UPDATE standing SET known = what WHERE kind = ? AND about = ? AND what = ?');
  const forget = query(`DELETE FROM standing WHERE about <> ''
    AND about NOT IN (SELECT email FROM accounts UNION ALL SELECT name FROM calendars)`);

  const all = (): readonly Standing[] =>
    rows.all().flatMap((columns): Standing[] => {
      // One of a code that a newer version had is told anew by the next sync.
      const code = columns.kind === 'settling' ? columns.kind : errorCodeSchema.safeParse(columns.kind).data;
      if (code === undefined) return [];
      const { about, since, meetings, what, known } = columns;
      return [{ code, about: about === '' ? null : about, since, meetings, what, known: known === what }];
    });

  return {
    all,
    save: (now, at, isAll) => {
      const before = new Map(all().map((one) => [nameOf(one), one]));
      const stands = new Set(now.map(nameOf));
      const changed = now.filter((one) => {
        const known = before.get(nameOf(one));
        return known?.meetings !== one.meetings || known.what !== one.what;
      });
      const ended = [...before.values()].filter((one) => !stands.has(nameOf(one)) && (isAll || !one.known));
      if (changed.length + ended.length === 0) return null;
      return () => {
        for (const { code, about } of ended) drop.run(code, about ?? '');
        for (const { code, about, meetings, what } of changed) put.run(code, about ?? '', at, meetings, what);
      };
    },
    acknowledge: ({ code, about, what }) => acknowledge.run(code, about ?? '', what).changes > 0,
    forgetStrangers: () => void forget.run(),
  };
}
