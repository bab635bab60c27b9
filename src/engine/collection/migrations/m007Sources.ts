// Migration 7: which of several sound tracks a medium is heard by; folders that are watched.

/**
 * Null tracks: imported before they were counted. `windows`: how the files of a root are cut, as JSON ({ windowS, hopS
 * }), by its last import;
 * `tried`: files of a watched folder that were queued, by path, with the size and time they had, so that a broken one is not tried for ever.
 */
export const m007Sources = `
  ALTER TABLE media ADD COLUMN audio_tracks INTEGER;
  ALTER TABLE media ADD COLUMN audio_track INTEGER;
  ALTER TABLE root ADD COLUMN watched INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE root ADD COLUMN windows TEXT;
  ALTER TABLE root ADD COLUMN tried TEXT;
`;
