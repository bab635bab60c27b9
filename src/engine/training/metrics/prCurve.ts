// Precision against recall of one class over all thresholds, thinned to what a chart can show.

const mostPoints = 60;

/**
 * Points [recall, precision, threshold] from the highest score down, one for each distinct score; the last is always
 * kept. Empty without a positive.
 */
export function prCurve(scores: readonly number[], positive: readonly boolean[]): [number, number, number][] {
  const order = scores.map((score, i) => ({ score, hit: positive[i]! })).toSorted((a, b) => b.score - a.score);
  const total = order.filter(({ hit }) => hit).length;
  if (total === 0) return [];
  const points: [number, number, number][] = [];
  let found = 0;
  order.forEach(({ score, hit }, i) => {
    found += hit ? 1 : 0;
    if (order[i + 1]?.score !== score) points.push([found / total, found / (i + 1), score]);
  });
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, i) => points[Math.round(i * step)]!);
}
