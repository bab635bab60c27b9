// Migration 8: how often the process ended under a job since that last saved another state.

export const m008JobDeaths = `
  ALTER TABLE job ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
`;
