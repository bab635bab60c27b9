// Migration 1: settings, roots, media and clips.

/**
 * `clip` repeats what filters and facets ask of its medium (root, kind, search text), so that they scan one table.
 * `removed_clip` remembers ids of windows that left the collection: when the same content comes back, its labels come back too.
 */
export const m001Media = `
  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE root (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, path TEXT NOT NULL, relative TEXT NOT NULL
  );
  CREATE TABLE media (
    id INTEGER PRIMARY KEY AUTOINCREMENT, root_id INTEGER NOT NULL REFERENCES root(id), path TEXT NOT NULL, kind TEXT NOT NULL,
    size_bytes INTEGER NOT NULL, modified_ms REAL NOT NULL, content_hash TEXT NOT NULL, duration_s REAL NOT NULL,
    width INTEGER, height INTEGER, frame_rate_hz REAL, sample_rate_hz REAL, channels INTEGER,
    container TEXT, video_codec TEXT, audio_codec TEXT, missing INTEGER NOT NULL DEFAULT 0, UNIQUE (root_id, path)
  );
  CREATE INDEX media_hash ON media(content_hash);
  CREATE TABLE clip (
    id INTEGER PRIMARY KEY AUTOINCREMENT, media_id INTEGER NOT NULL REFERENCES media(id), start_s REAL NOT NULL, end_s REAL NOT NULL,
    badges INTEGER NOT NULL, root_id INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE, search TEXT NOT NULL,
    UNIQUE (media_id, start_s, end_s)
  );
  CREATE INDEX clip_name ON clip(name, id);
  CREATE INDEX clip_duration ON clip(end_s - start_s, id);
  CREATE INDEX clip_facets ON clip(root_id, kind, badges);
  CREATE TABLE removed_clip (
    id INTEGER PRIMARY KEY, root_id INTEGER NOT NULL, path TEXT NOT NULL, content_hash TEXT NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL
  );
  CREATE INDEX removed_clip_window ON removed_clip(content_hash, start_s, end_s);
  CREATE INDEX removed_clip_path ON removed_clip(path, start_s, end_s);
`;
