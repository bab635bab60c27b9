// Migration 14: indices in the order of pages and counts of events, with the schema in them, so that a million are read without sorting.
export const m014EventOrder = `
  DROP INDEX event_schema;
  DROP INDEX event_class;
  DROP INDEX event_facets;
  CREATE INDEX event_schema ON event(schema_id, media_id, onset_s, offset_s, class_id, modality, value);
  CREATE INDEX event_class ON event(class_id, media_id, onset_s, offset_s, schema_id, modality, value);
  CREATE INDEX event_facets ON event(schema_id, class_id, modality, value, source, annotator);
`;
