// Migration 10: scores and error maps of several models side by side.

/** Scores there are belong to the model of the embedding set in use. */
export const m010ModelScores = `
  UPDATE score SET name = name || '@' || coalesce(
    (SELECT model_id FROM embedding_set WHERE id = (SELECT CAST(value AS INTEGER) FROM setting WHERE key = 'embeddingSet')), 'shipped');
  CREATE TABLE error_map_of_model (
    clip_id INTEGER NOT NULL REFERENCES clip(id), model_id TEXT NOT NULL, masks INTEGER NOT NULL, audio BLOB, visual BLOB,
    PRIMARY KEY (clip_id, model_id)
  );
  INSERT INTO error_map_of_model SELECT clip_id, model_id, masks, audio, visual FROM error_map;
  DROP TABLE error_map;
  ALTER TABLE error_map_of_model RENAME TO error_map;
`;
