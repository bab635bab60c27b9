// Cosine similarities in as many digits as tell near ones apart.

/** E.g. `0.62`, `0.9987`: two digits, four where almost everything is alike. */
export const similarityText = (score: number): string => score.toFixed(score >= 0.98 && score < 1 ? 4 : 2);
