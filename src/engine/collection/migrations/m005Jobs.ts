// Migration 5: the persistent job queue and the items that failed in it.

export const m005Jobs = `
  CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL, params TEXT NOT NULL, state TEXT, result TEXT,
    priority REAL NOT NULL DEFAULT 0, after_job INTEGER REFERENCES job(id), cancelled_by INTEGER, retry_items TEXT,
    done REAL NOT NULL DEFAULT 0, total REAL, note TEXT, error TEXT, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT
  );
  CREATE INDEX job_status ON job(status, priority, id);
  CREATE INDEX job_after ON job(after_job) WHERE after_job IS NOT NULL;
  CREATE TABLE job_failure (
    id INTEGER PRIMARY KEY AUTOINCREMENT, job_id INTEGER NOT NULL REFERENCES job(id), path TEXT NOT NULL, clip_id INTEGER, code TEXT NOT NULL, message TEXT NOT NULL
  );
  CREATE UNIQUE INDEX job_failure_item ON job_failure(job_id, path, coalesce(clip_id, 0));
`;
