// Migration 9: events in time with their journal, detectors and what they proposed.

/**
 * `event_entry` and `complete_entry` belong to `step` and are only ever appended to. Each row is the state of one event (or of one recording's
 * completeness) after its step; the state before is the row before it. `event` and `recording_complete` are derived:
 * the last row of each.
 * `recording` outlives its medium, so that the events of a file that left the collection come back with it.
 * Times are seconds from the beginning of the recording; a point event has equal onset and offset.
 */
export const m009Events = `
  ALTER TABLE label_schema ADD COLUMN from_events INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE recording (
    id INTEGER PRIMARY KEY AUTOINCREMENT, media_id INTEGER UNIQUE, content_hash TEXT NOT NULL, path TEXT NOT NULL
  );
  CREATE INDEX recording_hash ON recording(content_hash) WHERE media_id IS NULL;
  CREATE INDEX recording_path ON recording(path) WHERE media_id IS NULL;
  CREATE TABLE event_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), event_id INTEGER NOT NULL,
    recording_id INTEGER NOT NULL REFERENCES recording(id), present INTEGER NOT NULL, class_id INTEGER NOT NULL REFERENCES label_class(id),
    onset_s REAL NOT NULL, offset_s REAL NOT NULL, modality TEXT NOT NULL, value TEXT NOT NULL, low_hz REAL, high_hz REAL, source TEXT NOT NULL,
    annotator TEXT, confidence REAL, proposal_id INTEGER
  );
  CREATE INDEX event_entry_step ON event_entry(step_id);
  CREATE INDEX event_entry_event ON event_entry(event_id, seq);
  CREATE INDEX event_entry_recording ON event_entry(recording_id);
  CREATE TABLE complete_entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, step_id INTEGER NOT NULL REFERENCES step(id), recording_id INTEGER NOT NULL REFERENCES recording(id),
    schema_id INTEGER NOT NULL REFERENCES label_schema(id), complete INTEGER NOT NULL
  );
  CREATE INDEX complete_entry_step ON complete_entry(step_id);
  CREATE INDEX complete_entry_recording ON complete_entry(recording_id, schema_id, seq);
  CREATE TABLE event (
    id INTEGER PRIMARY KEY, media_id INTEGER NOT NULL REFERENCES media(id), class_id INTEGER NOT NULL REFERENCES label_class(id),
    schema_id INTEGER NOT NULL, onset_s REAL NOT NULL, offset_s REAL NOT NULL, modality TEXT NOT NULL, value TEXT NOT NULL, low_hz REAL, high_hz REAL,
    source TEXT NOT NULL, annotator TEXT, confidence REAL, proposal_id INTEGER
  );
  CREATE INDEX event_time ON event(media_id, onset_s, offset_s, class_id);
  CREATE INDEX event_class ON event(class_id, media_id, onset_s);
  CREATE INDEX event_schema ON event(schema_id, media_id);
  CREATE INDEX event_confidence ON event(confidence, id);
  CREATE INDEX event_facets ON event(modality, value, source, annotator);
  CREATE UNIQUE INDEX event_proposal_answer ON event(proposal_id) WHERE proposal_id IS NOT NULL;
  CREATE TABLE recording_complete (
    media_id INTEGER NOT NULL REFERENCES media(id), schema_id INTEGER NOT NULL REFERENCES label_schema(id), PRIMARY KEY (media_id, schema_id)
  ) WITHOUT ROWID;
  CREATE TABLE detector (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, schema_id INTEGER NOT NULL REFERENCES label_schema(id), mode TEXT NOT NULL,
    classes TEXT NOT NULL, seed INTEGER NOT NULL, metrics TEXT, file TEXT NOT NULL, entry_seq INTEGER NOT NULL, created_at TEXT NOT NULL
  );
  CREATE TABLE proposal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, detector_id INTEGER NOT NULL REFERENCES detector(id), media_id INTEGER NOT NULL REFERENCES media(id),
    class_id INTEGER NOT NULL REFERENCES label_class(id), onset_s REAL NOT NULL, offset_s REAL NOT NULL, modality TEXT NOT NULL, confidence REAL NOT NULL
  );
  CREATE INDEX proposal_time ON proposal(detector_id, media_id, onset_s);
  CREATE INDEX proposal_confidence ON proposal(detector_id, confidence);
`;
