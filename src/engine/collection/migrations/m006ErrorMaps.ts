// Migration 6: reconstruction error per patch of a clip.

/** `audio` and `visual` are float32 blobs, one value a patch, NaN where no mask hid it; null where the clip has no such modality. */
export const m006ErrorMaps = `
  CREATE TABLE error_map (
    clip_id INTEGER PRIMARY KEY REFERENCES clip(id), model_id TEXT NOT NULL, masks INTEGER NOT NULL, audio BLOB, visual BLOB
  );
`;
