// Migration 11: an embedding set is of one model, width and precision, and keeps what computed it and how far that is
// from float32 on the CPU. SQLite cannot change a table's uniqueness, so the table and the one that refers to it are
// copied.

export const m011Precision = `
  CREATE TABLE embedding_set_10 (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model_id TEXT NOT NULL, dim INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0,
    precision TEXT NOT NULL DEFAULT 'float32', device TEXT, agreement TEXT, reason TEXT, UNIQUE (model_id, dim, precision)
  );
  INSERT INTO embedding_set_10 (id, model_id, dim, rows) SELECT id, model_id, dim, rows FROM embedding_set;
  CREATE TABLE embedding_row_10 (
    set_id INTEGER NOT NULL REFERENCES embedding_set_10(id), clip_id INTEGER NOT NULL REFERENCES clip(id), row INTEGER NOT NULL, PRIMARY KEY (set_id, clip_id)
  ) WITHOUT ROWID;
  INSERT INTO embedding_row_10 SELECT set_id, clip_id, row FROM embedding_row;
  DROP TABLE embedding_row;
  DROP TABLE embedding_set;
  ALTER TABLE embedding_set_10 RENAME TO embedding_set;
  ALTER TABLE embedding_row_10 RENAME TO embedding_row;
  CREATE INDEX embedding_row_clip ON embedding_row(clip_id);
`;
