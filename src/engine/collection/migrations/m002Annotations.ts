// Migration 2: label schemas, the append-only journal, and the annotations derived from it.

/**
 * `step` and its entries are only ever appended to; undo and redo are steps of their own that name the step they concern (`of_step`).
 * The present state is the last entry of each (clip, class); `annotation` and `undo_stack` are caches of that, rebuilt
 * by `repair`. Classes and schemas are never deleted, only marked, so that every step can be undone.
 */
export const m002Annotations = `
  CREATE TABLE label_schema (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, multi_label INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE label_class (
    id INTEGER PRIMARY KEY AUTOINCREMENT, schema_id INTEGER NOT NULL REFERENCES label_schema(id), name TEXT NOT NULL,
    colour TEXT NOT NULL, hotkey TEXT, removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX label_class_schema ON label_class(schema_id);
  CREATE TABLE step (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL CHECK (kind IN ('change', 'undo', 'redo')), of_step INTEGER REFERENCES step(id),
    text TEXT NOT NULL, at TEXT NOT NULL
  );
  CREATE INDEX step_of ON step(of_step) WHERE of_step IS NOT NULL;
  CREATE TABLE entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), clip_id INTEGER NOT NULL, class_id INTEGER NOT NULL REFERENCES label_class(id),
    before_value TEXT, before_presence TEXT, before_source TEXT, after_value TEXT, after_presence TEXT, after_source TEXT
  );
  CREATE INDEX entry_step ON entry(step_id);
  CREATE INDEX entry_clip ON entry(clip_id, class_id, seq);
  CREATE TABLE schema_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), noun TEXT NOT NULL CHECK (noun IN ('schema', 'class')),
    row_id INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
  );
  CREATE INDEX schema_entry_step ON schema_entry(step_id);
  CREATE TABLE undo_stack (step_id INTEGER PRIMARY KEY REFERENCES step(id), undone INTEGER NOT NULL);
  CREATE TABLE annotation (
    clip_id INTEGER NOT NULL REFERENCES clip(id), class_id INTEGER NOT NULL REFERENCES label_class(id), schema_id INTEGER NOT NULL,
    value TEXT NOT NULL, presence TEXT, source TEXT NOT NULL, PRIMARY KEY (clip_id, class_id)
  ) WITHOUT ROWID;
  CREATE INDEX annotation_class ON annotation(class_id, value, clip_id);
  CREATE INDEX annotation_schema ON annotation(schema_id, value, clip_id, class_id);
`;
