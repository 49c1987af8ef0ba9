import type { Migration } from './migration.ts';

const contentColumns = `
  summary TEXT,
  description TEXT,
  start_at TEXT CHECK (start_at IS NULL OR length(start_at) = 10 OR length(start_at) >= 19),
  start_zone TEXT,
  end_at TEXT CHECK (end_at IS NULL OR length(end_at) = 10 OR length(end_at) >= 19),
  end_zone TEXT,
  recurrence TEXT NOT NULL CHECK (recurrence = '' OR json_valid(recurrence)),
  visibility TEXT NOT NULL CHECK (visibility IN ('default', 'public', 'private', 'confidential')),
  transparent INTEGER NOT NULL CHECK (transparent IN (0, 1)),
  color_id TEXT,
  rings INTEGER NOT NULL CHECK (rings IN (0, 1))`;

const absenceColumns = `
  absence_by TEXT CHECK (absence_by IN ('us', 'unknown')),
  absent_since_run INTEGER CHECK ((absent_since_run IS NOT NULL) = (absence_by IS 'unknown'))`;

/**
 * Accounts, calendars, the events and blocks on them, and what the person has decided.
 *
 * Types, NOT NULL and CHECK do what a schema library does elsewhere, because 100,000 rows are read at a time; a file
 * that breaks them fails the integrity check on opening. `recurrence` is a JSON array, or empty. A time is its text and
 * its zone: ten characters are a day. `seen_read` is the last read that showed a row.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  scopes TEXT NOT NULL CHECK (json_valid(scopes)),
  added_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('connected', 'needs-sign-in', 'resting')),
  resting_until INTEGER,
  sign_in_ends_at INTEGER,
  listed_at INTEGER
) STRICT;

CREATE TABLE calendars (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  time_zone TEXT,
  colour TEXT,
  is_source INTEGER NOT NULL CHECK (is_source IN (0, 1)),
  is_target INTEGER NOT NULL CHECK (is_target IN (0, 1)),
  in_use_since INTEGER,
  -- The account that listed it last: who it goes with when nobody lists it any more.
  listed_by TEXT NOT NULL,
  cursor_account TEXT,
  sync_token TEXT CHECK ((sync_token IS NULL) = (cursor_account IS NULL)),
  last_read_at INTEGER,
  last_full_read_at INTEGER,
  trouble TEXT CHECK (json_valid(trouble)),
  busy TEXT CHECK (json_valid(busy))
) STRICT;

CREATE TABLE calendar_access (
  calendar_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  access_role TEXT NOT NULL
    CHECK (access_role IN ('freeBusyReader', 'reader', 'writerWithoutPrivateAccess', 'writer', 'owner')),
  is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
  selected INTEGER NOT NULL CHECK (selected IN (0, 1)),
  hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
  PRIMARY KEY (calendar_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX calendar_access_by_account ON calendar_access (account_id);

CREATE TABLE events (
  calendar_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  source_ref TEXT NOT NULL CHECK (length(source_ref) = 26),
  group_key TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('confirmed', 'tentative', 'cancelled')),
  etag TEXT,
  ical_uid TEXT,
  kind TEXT NOT NULL CHECK (
    kind IN ('default', 'outOfOffice', 'focusTime', 'workingLocation', 'birthday', 'fromGmail', 'other')),
  recurring_event_id TEXT,
  original_at TEXT CHECK (original_at IS NULL OR length(original_at) = 10 OR length(original_at) >= 19),
  original_zone TEXT,
  slot_key TEXT,
  own_response TEXT NOT NULL
    CHECK (own_response IN ('none', 'accepted', 'tentative', 'needsAction', 'declined', 'unknown')),
  tagged INTEGER NOT NULL CHECK (tagged IN (0, 1)),
  ${contentColumns},
  -- The series changed its shape in a read that is not complete yet (reference §2.3).
  reshaped INTEGER NOT NULL DEFAULT 0 CHECK (reshaped IN (0, 1)),
  seen_read INTEGER NOT NULL,
  PRIMARY KEY (calendar_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_source_ref ON events (source_ref);
CREATE INDEX events_by_group ON events (group_key);
CREATE INDEX events_by_series ON events (calendar_id, recurring_event_id) WHERE recurring_event_id IS NOT NULL;
CREATE INDEX events_reshaped ON events (calendar_id) WHERE reshaped = 1;

-- Slots that have no row of their own, but may be the source of a block, because another copy of the meeting differs
-- at that slot. Without them such a block could not be traced to its meeting: a source ref is a hash.
CREATE TABLE slot_names (
  calendar_id TEXT NOT NULL,
  series_id TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  source_ref TEXT NOT NULL UNIQUE,
  PRIMARY KEY (calendar_id, series_id, slot_key),
  FOREIGN KEY (calendar_id, series_id) REFERENCES events (calendar_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  source_ref TEXT NOT NULL CHECK (length(source_ref) = 26),
  generation INTEGER NOT NULL CHECK (generation >= 0),
  content_hash TEXT NOT NULL,
  -- The calendar of the event that it stands for, kept right by triggers; null while no stored row explains it.
  source_id TEXT,
  etag TEXT,
  ${absenceColumns},
  lost INTEGER NOT NULL DEFAULT 0 CHECK (lost = 0 OR absence_by IS NOT NULL),
  echo TEXT,
  ${contentColumns},
  -- First met by a read that is not complete yet.
  fresh INTEGER NOT NULL DEFAULT 0 CHECK (fresh IN (0, 1)),
  reshaped INTEGER NOT NULL DEFAULT 0 CHECK (reshaped IN (0, 1)),
  seen_read INTEGER NOT NULL,
  PRIMARY KEY (target_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_by_source_ref ON blocks (source_ref);
CREATE INDEX blocks_live_by_source ON blocks (source_id, source_ref, absence_by) WHERE absence_by IS NULL;
CREATE INDEX blocks_live_by_target ON blocks (target_id, absence_by) WHERE absence_by IS NULL;
CREATE INDEX blocks_unexplained ON blocks (source_ref) WHERE source_id IS NULL;
CREATE INDEX blocks_unsettled ON blocks (target_id) WHERE fresh = 1 OR reshaped = 1;

CREATE TABLE block_slots (
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  block_id TEXT NOT NULL,
  slot_key TEXT NOT NULL,
  event_id TEXT NOT NULL,
  original_at TEXT NOT NULL CHECK (length(original_at) = 10 OR length(original_at) >= 19),
  original_zone TEXT,
  ${absenceColumns},
  echo TEXT,
  ${contentColumns},
  seen_read INTEGER NOT NULL,
  PRIMARY KEY (target_id, block_id, slot_key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_explains_blocks AFTER INSERT ON events BEGIN
  UPDATE blocks SET source_id = NEW.calendar_id WHERE source_ref = NEW.source_ref;
END;
CREATE TRIGGER event_explains_blocks_no_more AFTER DELETE ON events BEGIN
  UPDATE blocks SET source_id = (SELECT calendar_id FROM slot_names WHERE source_ref = OLD.source_ref)
  WHERE source_ref = OLD.source_ref;
END;
CREATE TRIGGER slot_name_explains_blocks AFTER INSERT ON slot_names BEGIN
  UPDATE blocks SET source_id = NEW.calendar_id WHERE source_ref = NEW.source_ref;
END;
CREATE TRIGGER slot_name_explains_blocks_no_more AFTER DELETE ON slot_names BEGIN
  UPDATE blocks SET source_id = (SELECT calendar_id FROM events WHERE source_ref = OLD.source_ref)
  WHERE source_ref = OLD.source_ref;
END;

CREATE TABLE dirty_groups (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE searched_strays (source_ref TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE mutes (
  source_ref TEXT NOT NULL,
  target_id TEXT NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
  -- Empty for the whole event, because a null would be unequal to itself in the key.
  slot_key TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (source_ref, target_id, slot_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE holds (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('mass-deletion', 'external-wipe')),
  calendar_id TEXT NOT NULL,
  count INTEGER NOT NULL,
  group_keys TEXT NOT NULL CHECK (json_valid(group_keys)),
  since INTEGER NOT NULL
) STRICT;
CREATE TABLE hold_choices (
  key TEXT PRIMARY KEY,
  choice TEXT NOT NULL CHECK (choice IN ('proceed', 'put-back', 'leave-away'))
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT, because a run must have a larger number than each earlier one, the forgotten ones included.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  trigger TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  outcome TEXT NOT NULL CHECK (outcome IN ('running', 'ok', 'partial', 'failed', 'offline', 'interrupted')),
  added INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  skipped TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(skipped)),
  requests TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(requests)),
  writes INTEGER NOT NULL DEFAULT 0,
  errors TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(errors))
) STRICT;
CREATE INDEX runs_running ON runs (id) WHERE outcome = 'running';

CREATE TABLE activity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  item TEXT NOT NULL CHECK (json_valid(item))
) STRICT;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('read', 0);

CREATE TABLE lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  holder TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
`,
};
