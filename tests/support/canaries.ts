import Database from 'better-sqlite3';
import { defaultBlockPolicy, defaultBusyPolicy } from '../../src/main/core/policy.ts';
import { defaultSettings } from '../../src/main/store/index.ts';
import type { Settings } from '../../src/main/ports/store.ts';
import { plainCapabilities } from './capabilities.ts';

/** Part of every canary: a word that nothing of ours holds, in any case. */
export const canaryWord = 'kanarie';

/** Forms in which private things come. Each takes where it stands, as one word, so that a failing test says which one leaked. */
export const canaryForms = {
  title: (at: string) => `Kanarie dentist ${at} at noon`,
  word: (at: string) => `kanarieword${at.replaceAll(/[^a-zA-Z0-9]/g, '')}`,
  address: (at: string) => `kanarie.${at}@kanarie-host.example`,
  host: (at: string) => `kanarie-${at}.lan.example`,
  path: (at: string) => `/home/kanarie/${at}/calendar.ics`,
  query: (at: string) => `https://kanarie.example/${at}?code=4/0kanarie&state=kanarie`,
  accessToken: (at: string) => `ya29.kanarie-${at}`,
  refreshToken: (at: string) => `1//0kanarie-${at}`,
  authorizationCode: (at: string) => `4/0kanarie-${at}`,
  clientSecret: (at: string) => `GOCSPX-kanarie-${at}`,
  shout: (at: string) => `KANARIE_${at.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`,
} as const satisfies Readonly<Record<string, (at: string) => string>>;
export type CanaryForm = keyof typeof canaryForms;
export const canaryFormNames = Object.keys(canaryForms) as readonly CanaryForm[];

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: 0 | 1;
  readonly dflt_value: string | null;
}

const heldBlock = (text: string) => ({ targetId: text, blockId: text, slot: null });
const failure = (code: string) => (text: string) => ({ code, about: text, detail: `HTTP 403 ${text}` });

/**
 * What each column of JSON holds, with a canary wherever a text may stand. A column that is not here has not been thought
 * about, and fails the test.
 */
const documents: Readonly<Record<string, (text: string) => unknown>> = {
  'calendar_access.capabilities': (canary) => ({ ...plainCapabilities, [canary]: canary }),
  'accounts.scopes': (text) => [text],
  'calendars.trouble': failure('calendar-gone'),
  'calendars.busy': (text) => ({
    ...defaultBusyPolicy,
    hours: { timeZone: 'Pacific/Auckland', days: ['MO'], from: '09:00', to: '17:00' },
    ignoreTitles: text,
  }),
  'calendars.other_ids': (text) => [text],
  'events.recurrence': (text) => [text],
  'blocks.recurrence': (text) => [text],
  'block_slots.recurrence': (text) => [text],
  'holds.group_keys': (text) => [text],
  'holds.blocks': (text) => [heldBlock(text)],
  'hold_choices.blocks': (text) => [heldBlock(text)],
  'runs.skipped': (text) => ({ [text]: 3, declined: 2 }),
  'runs.requests': (text) => ({ [text]: 3, batch: 2 }),
  'runs.errors': (text) => [failure('offline')(text)],
  'activity.item': (text) => ({
    at: new Date().toISOString(),
    kind: 'added',
    reason: 'new-event',
    sourceId: text,
    targetIds: [text],
    start: { dateTime: text, timeZone: text },
    previousStart: null,
    series: false,
    mute: text,
  }),
  'undertakings.others_on': (text) => [text],
};

/** Each setting with a canary wherever a text may stand; a new setting does not compile without. */
const settingValues: { readonly [Name in keyof Settings]: (text: string) => Settings[Name] } = {
  started: () => true,
  pausedUntil: () => 'forever',
  pausedSince: () => 1_700_000_000_000,
  pausedByReset: () => false,
  intervalMinutes: () => 7,
  block: (text) => ({ ...defaultBlockPolicy, summary: text }),
  routes: (text) =>
    [
      { sourceId: text, targetId: text, block: { ...defaultBlockPolicy, summary: text } },
    ] as unknown as Settings['routes'],
};

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Takes the definition of a table and a column; returns the words that the column may hold, or null for any text. */
function choicesOf(sql: string, column: string): readonly string[] | null {
  const list = new RegExp(`\\b${column}\\b[^,]*?CHECK \\(\\s*${column} IN \\(([^)]*)\\)`, 's').exec(sql)?.[1];
  return list === undefined ? null : Array.from(list.matchAll(/'([^']*)'/g), ([, word = '']) => word);
}

function isDocument(sql: string, { name, dflt_value: otherwise }: Column): boolean {
  return new RegExp(`json_valid\\(${name}\\)`).test(sql) || /^'[[{]/.test(otherwise ?? '');
}

/** Names that several tables have in common: without them what belongs together would not be found together. */
function idOf(column: string, sql: string, table: string, form: (at: string) => string): string | null {
  if (table === 'calendars' && column === 'id') return form('calendar-id');
  if (table === 'accounts' && column === 'id') return form('account-id');
  if (/^(calendar_id|target_id|source_id)$/.test(column)) return form('calendar-id');
  if (/^(account_id|listed_by|cursor_account)$/.test(column)) return form('account-id');
  if (/^(holds|hold_choices)$/.test(table) && column === 'key') return form('hold-key');
  // Under a name that none of ours has, the whole database is taken for one that another program has written to.
  if (table === 'blocks' && column === 'id') return `cs${'kanarie'.padEnd(52, '0')}`;
  if (column === 'source_ref' && sql.includes('length(source_ref) = 26')) return 'kanarie'.padEnd(26, '0');
  return null;
}

/**
 * Takes a database file of ours and a form; puts a row into every table with a canary in every column of text that may hold
 * any. Walks the schema, so that a new table or column is planted by itself. Throws where it cannot be, and where a column of JSON
 * is not known. Returns `table.column` of what was planted.
 */
export function plantEverywhere(file: string, formName: CanaryForm, now: number): readonly string[] {
  const form: (at: string) => string = canaryForms[formName];
  const database = new Database(file);
  const planted: string[] = [];
  try {
    database.pragma('foreign_keys = OFF');
    const tables = database
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all();
    for (const { name: table, sql } of tables) {
      const columns = database.pragma(`table_info(${quoted(table)})`) as readonly Column[];
      const textOf = (column: Column): string => {
        const place = `${table}.${column.name}`;
        const choices = choicesOf(sql, column.name);
        if (choices !== null) return choices[0] ?? '';
        if (!isDocument(sql, column)) return idOf(column.name, sql, table, form) ?? form(place);
        const document = documents[place];
        if (document === undefined) throw new Error(`Nobody has said what the JSON of ${place} holds.`);
        return JSON.stringify(document(form(place)));
      };
      const numberOf = ({ name, notnull }: Column): number | null => {
        if (name === 'absent_since_run') return null;
        if (/(^|_)(at|since)$/.test(name)) return now;
        return notnull === 1 || name === 'id' || name === 'position' ? 1 : null;
      };
      const insert = database.prepare(
        `INSERT OR REPLACE INTO ${quoted(table)} (${columns.map(({ name }) => quoted(name)).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      if (table === 'settings') {
        for (const name of Object.keys(defaultSettings) as (keyof Settings)[]) {
          insert.run(name, JSON.stringify(settingValues[name](form(`settings.${name}`))));
        }
      }
      insert.run(columns.map((column) => (column.type === 'TEXT' ? textOf(column) : numberOf(column))));
      for (const { name } of columns.filter(({ type }) => type === 'TEXT')) {
        if (choicesOf(sql, name) !== null) continue;
        const found = database
          .prepare(`SELECT count(*) FROM ${quoted(table)} WHERE lower(${quoted(name)}) LIKE '%${canaryWord}%'`)
          .pluck()
          .get();
        if (found === 0) throw new Error(`Nothing could be planted in ${table}.${name}.`);
        planted.push(`${table}.${name}`);
      }
    }
  } finally {
    database.close();
  }
  return planted;
}
