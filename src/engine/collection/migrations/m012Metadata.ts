// Migration 12: metadata of recordings with their journal, own notes, and the text of captions, searchable.

/**
 * `metadata_entry` and `note_entry` belong to `step` and are only ever appended to. Each row is the state of one value (or note) after
 * its step; `present` 0 means that people say nothing of it. `metadata_found` is what files say by themselves; it can be read anew.
 * `metadata_value` is derived: the last entry where people say something, else what was found.
 * `text` is the value in its canonical form, `number` what it is compared by: the number itself, or seconds since 1970 of a time.
 * `schema_entry` is copied, because it also keeps the columns of metadata and SQLite cannot take a table's check away.
 * `passage` is text that belongs to a stretch of a recording; `clip_id` 0 is the whole recording. `passage_text` indexes it.
 */
export const m012Metadata = `
  CREATE TABLE schema_entry_12 (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), noun TEXT NOT NULL, row_id INTEGER NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL
  );
  INSERT INTO schema_entry_12 SELECT seq, step_id, noun, row_id, before, after FROM schema_entry;
  DROP TABLE schema_entry;
  ALTER TABLE schema_entry_12 RENAME TO schema_entry;
  CREATE INDEX schema_entry_step ON schema_entry(step_id);
  CREATE TABLE metadata_column (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL COLLATE NOCASE UNIQUE, type TEXT NOT NULL, built_in INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0
  );
  INSERT INTO metadata_column (key, type, built_in) VALUES ('recorded_at', 'datetime', 1), ('site', 'category', 1), ('latitude', 'number', 1),
    ('longitude', 'number', 1), ('device', 'category', 1), ('individual', 'category', 1), ('tape', 'text', 1);
  CREATE TABLE metadata_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), recording_id INTEGER NOT NULL REFERENCES recording(id),
    column_id INTEGER NOT NULL REFERENCES metadata_column(id), present INTEGER NOT NULL, text TEXT, number REAL, source TEXT NOT NULL
  );
  CREATE INDEX metadata_entry_step ON metadata_entry(step_id);
  CREATE INDEX metadata_entry_value ON metadata_entry(recording_id, column_id, seq);
  CREATE TABLE metadata_found (
    media_id INTEGER NOT NULL REFERENCES media(id), column_id INTEGER NOT NULL REFERENCES metadata_column(id), text TEXT NOT NULL, number REAL,
    source TEXT NOT NULL, PRIMARY KEY (media_id, column_id)
  ) WITHOUT ROWID;
  CREATE TABLE metadata_read (media_id INTEGER PRIMARY KEY REFERENCES media(id), content_hash TEXT NOT NULL, tags TEXT NOT NULL);
  CREATE TABLE metadata_value (
    media_id INTEGER NOT NULL REFERENCES media(id), column_id INTEGER NOT NULL REFERENCES metadata_column(id), text TEXT NOT NULL, number REAL,
    source TEXT NOT NULL, PRIMARY KEY (media_id, column_id)
  ) WITHOUT ROWID;
  CREATE INDEX metadata_value_text ON metadata_value(column_id, text, media_id);
  CREATE INDEX metadata_value_number ON metadata_value(column_id, number, media_id);
  CREATE TABLE note_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), recording_id INTEGER NOT NULL REFERENCES recording(id),
    clip_id INTEGER NOT NULL, text TEXT
  );
  CREATE INDEX note_entry_step ON note_entry(step_id);
  CREATE INDEX note_entry_of ON note_entry(recording_id, clip_id, seq);
  CREATE TABLE passage (
    id INTEGER PRIMARY KEY, media_id INTEGER NOT NULL REFERENCES media(id), clip_id INTEGER NOT NULL DEFAULT 0, kind TEXT NOT NULL, track TEXT NOT NULL,
    start_s REAL NOT NULL, end_s REAL NOT NULL, text TEXT NOT NULL
  );
  CREATE INDEX passage_media ON passage(media_id, kind, start_s);
  CREATE VIRTUAL TABLE passage_text USING fts5(text, content = 'passage', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
  CREATE TRIGGER passage_inserted AFTER INSERT ON passage BEGIN INSERT INTO passage_text (rowid, text) VALUES (new.id, new.text); END;
  CREATE TRIGGER passage_deleted AFTER DELETE ON passage BEGIN
    INSERT INTO passage_text (passage_text, rowid, text) VALUES ('delete', old.id, old.text);
  END;
`;
