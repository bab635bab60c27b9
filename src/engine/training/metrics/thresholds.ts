// Per-class decision thresholds and what they give.

/**
 * The threshold with the best F1 on held-out probabilities: half-way between neighbouring scores; .5 without positives.
 */
export function bestThreshold(p: readonly number[], positive: readonly boolean[]): number {
  const order = p.map((score, i) => ({ score, hit: positive[i]! })).toSorted((x, y) => y.score - x.score);
  const total = order.filter((x) => x.hit).length;
  if (!total || total === order.length) return 0.5;
  let best = { f1: -1, threshold: 0.5 };
  let found = 0;
  order.forEach(({ score, hit }, i) => {
    found += hit ? 1 : 0;
    const next = order[i + 1]?.score ?? 0;
    if (next === score) return;
    const f1 = (2 * found) / (i + 1 + total);
    if (f1 > best.f1) best = { f1, threshold: (score + next) / 2 };
  });
  return best.threshold;
}

/** Precision is null when nothing is predicted, recall when nothing is there. */
export function precisionRecall(
  p: readonly number[],
  positive: readonly boolean[],
  threshold: number,
): { precision: number | null; recall: number | null } {
  const total = positive.filter(Boolean).length;
  const predicted = p.filter((score) => score >= threshold).length;
  const right = p.filter((score, i) => score >= threshold && positive[i]).length;
  return { precision: predicted ? right / predicted : null, recall: total ? right / total : null };
}
