// Scores of several models lie side by side in one table, so that changing the model loses none and rewrites none.

/** The name under which the `score` table keeps a column that was computed with a model. */
export const scoreKey = (column: string, modelId: string): string => `${column}@${modelId}`;
