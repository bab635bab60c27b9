// Migration 4: classifiers with their predictions, and training runs with their curves.

/** `probabilities` is a float32 blob in the classifier's class order; the top class stands beside it for filters and facets. */
export const m004Models = `
  CREATE TABLE classifier (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, schema_id INTEGER NOT NULL REFERENCES label_schema(id), model_id TEXT NOT NULL, mode TEXT NOT NULL,
    depth TEXT NOT NULL, preset TEXT NOT NULL, seed INTEGER NOT NULL, epochs INTEGER NOT NULL, classes TEXT NOT NULL, metrics TEXT NOT NULL,
    checkpoint_file TEXT NOT NULL, created_at TEXT NOT NULL
  );
  CREATE TABLE prediction (
    id INTEGER PRIMARY KEY, classifier_id INTEGER NOT NULL REFERENCES classifier(id), clip_id INTEGER NOT NULL REFERENCES clip(id), class_id INTEGER NOT NULL,
    probability REAL NOT NULL, uncertainty REAL NOT NULL, probabilities BLOB NOT NULL
  );
  CREATE UNIQUE INDEX prediction_clip ON prediction(classifier_id, clip_id, class_id, probability, uncertainty);
  CREATE INDEX prediction_class ON prediction(classifier_id, class_id, probability, clip_id);
  CREATE INDEX prediction_confidence ON prediction(classifier_id, probability, clip_id);
  CREATE INDEX prediction_uncertainty ON prediction(classifier_id, uncertainty, clip_id);
  CREATE INDEX prediction_by_clip ON prediction(clip_id);
  CREATE TABLE attribution (
    classifier_id INTEGER NOT NULL REFERENCES classifier(id), clip_id INTEGER NOT NULL REFERENCES clip(id), rows TEXT NOT NULL, PRIMARY KEY (classifier_id, clip_id)
  ) WITHOUT ROWID;
  CREATE INDEX attribution_clip ON attribution(clip_id);
  CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, title TEXT NOT NULL, preset TEXT NOT NULL, options TEXT NOT NULL, model_id TEXT,
    job_id INTEGER, classifier_id INTEGER, status TEXT NOT NULL DEFAULT 'running', created_at TEXT NOT NULL
  );
  CREATE TABLE run_point (run_id INTEGER NOT NULL REFERENCES run(id), step INTEGER NOT NULL, point TEXT NOT NULL, PRIMARY KEY (run_id, step)) WITHOUT ROWID;
`;
