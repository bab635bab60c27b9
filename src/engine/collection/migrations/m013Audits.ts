// Migration 13: audits of samples with known probabilities, and named snapshots of all annotations.

/**
 * `audit_unit` is the population of a design as it was when the design was made: the score that put each clip into its stratum and the
 * clip's place in the random order of that stratum. It never changes, so that answers stay valid for their own design whatever becomes of
 * the classifier. `audit_entry` belongs to `step` and is only ever appended to: the answer after its step, NULL for none. `audit_answer` is
 * derived: the last entry of each clip. A snapshot is a place in the journals, which are only ever appended to.
 */
export const m013Audits = `
  CREATE TABLE audit_design (
    id INTEGER PRIMARY KEY AUTOINCREMENT, class_id INTEGER NOT NULL REFERENCES label_class(id), source TEXT NOT NULL, source_id INTEGER NOT NULL,
    source_name TEXT NOT NULL, source_version TEXT NOT NULL, column_key TEXT, seed INTEGER NOT NULL, strata TEXT NOT NULL, scope TEXT,
    created_at TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE audit_unit (
    design_id INTEGER NOT NULL REFERENCES audit_design(id), stratum INTEGER NOT NULL, place INTEGER NOT NULL, clip_id INTEGER NOT NULL, score REAL,
    PRIMARY KEY (design_id, stratum, place)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX audit_unit_clip ON audit_unit(design_id, clip_id);
  CREATE TABLE audit_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), design_id INTEGER NOT NULL REFERENCES audit_design(id),
    clip_id INTEGER NOT NULL, answer TEXT, presence TEXT
  );
  CREATE INDEX audit_entry_step ON audit_entry(step_id);
  CREATE INDEX audit_entry_clip ON audit_entry(design_id, clip_id, seq);
  CREATE TABLE audit_answer (
    design_id INTEGER NOT NULL REFERENCES audit_design(id), clip_id INTEGER NOT NULL, answer TEXT NOT NULL, presence TEXT,
    PRIMARY KEY (design_id, clip_id)
  ) WITHOUT ROWID;
  CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, step_id INTEGER NOT NULL,
    entry_seq INTEGER NOT NULL, schema_seq INTEGER NOT NULL, event_seq INTEGER NOT NULL, complete_seq INTEGER NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0
  );
`;
