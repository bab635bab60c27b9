// Migration 3: embedding sets (matrices live in files), scores per clip, and maps.

export const m003Vectors = `
  CREATE TABLE embedding_set (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model_id TEXT NOT NULL, dim INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0, UNIQUE (model_id, dim)
  );
  CREATE TABLE embedding_row (
    set_id INTEGER NOT NULL REFERENCES embedding_set(id), clip_id INTEGER NOT NULL REFERENCES clip(id), row INTEGER NOT NULL, PRIMARY KEY (set_id, clip_id)
  ) WITHOUT ROWID;
  CREATE INDEX embedding_row_clip ON embedding_row(clip_id);
  CREATE TABLE score (name TEXT NOT NULL, clip_id INTEGER NOT NULL REFERENCES clip(id), value REAL NOT NULL, PRIMARY KEY (name, clip_id)) WITHOUT ROWID;
  CREATE INDEX score_value ON score(name, value, clip_id);
  CREATE INDEX score_clip ON score(clip_id);
  CREATE TABLE projection (
    id INTEGER PRIMARY KEY AUTOINCREMENT, set_id INTEGER NOT NULL, space TEXT NOT NULL, neighbors INTEGER NOT NULL, min_dist REAL NOT NULL, seed INTEGER NOT NULL,
    supervised INTEGER NOT NULL, aligned_to INTEGER, settled INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, points INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE projection_points (projection_id INTEGER PRIMARY KEY REFERENCES projection(id), clip_ids BLOB NOT NULL, xy BLOB NOT NULL);
`;
