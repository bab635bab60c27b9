// Migration 9: how often the process ended under a job since that last saved another state.

export const m009JobDeaths = `
  ALTER TABLE job ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
`;
