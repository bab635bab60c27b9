// Strata of a population by the score of a classifier or detector.
//
// Boundaries cut the cumulative standard deviation √(s(1 − s)) of the scores into equal parts (Dalenius and Hodges 1959; Särndal, Swensson
// and Wretman 1992, section 12.4), so that strata are about equally worth auditing if the scores are probabilities. A floor keeps strata
// useful where they are not.

/** Scores s with low < s ≤ high; the first stratum holds its lower end too. */
export interface ScoreRange {
  low: number;
  high: number;
}

const floor = 0.05;

/**
 * @param scores one per clip, between 0 and 1; not changed
 * @param most number of strata wanted; equal scores share a stratum, so that there may be fewer
 * @param fewest no stratum is made with fewer clips than this
 * @returns ascending ranges that cover 0 to 1; empty where there are no scores
 */
export function scoreStrata(scores: Float64Array, most: number, fewest = 1): ScoreRange[] {
  if (scores.length === 0) return [];
  const sorted = scores.slice().sort();
  const deviation = (score: number): number => Math.sqrt(Math.max(0, score * (1 - score))) + floor;
  const total = sorted.reduce((sum, score) => sum + deviation(score), 0);
  const ends: number[] = [];
  let passed = 0;
  let clips = 0;
  for (let i = 0; i < sorted.length; i++) {
    passed += deviation(sorted[i]!);
    clips++;
    const next = sorted[i + 1];
    if (next === undefined || next === sorted[i]) continue;
    if (passed < (total * (ends.length + 1)) / most || clips < fewest || sorted.length - i - 1 < fewest) continue;
    ends.push(sorted[i]!);
    clips = 0;
    if (ends.length === most - 1) break;
  }
  return [...ends, 1].map((high, i) => ({ low: i === 0 ? 0 : ends[i - 1]!, high }));
}

/** The index of the range that a score lies in. */
export function stratumOf(score: number, ranges: readonly ScoreRange[]): number {
  const found = ranges.findIndex(({ high }) => score <= high);
  return found === -1 ? ranges.length - 1 : found;
}
