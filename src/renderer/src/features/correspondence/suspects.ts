// How well each clip's sound fits its picture, from the engine's columns: suspects in order, why they are suspects, and
// how all are spread.
import type { Badge } from '../../../../shared/contract/clip.ts';

export interface Fit {
  clipId: number;
  /** cos(c_a, c_v), -1..1. */ score: number;
  /** Share of shuffled pairs that fit less well, 0..100; null where there was nothing to shuffle with. */ percentile:
    number | null;
}
type Column = readonly (number | string | null)[];

/** Clips with a score, in the order of the columns. */
export function fitsOf(clipIds: readonly number[], scores: Column, percentiles: Column): Fit[] {
  return clipIds.flatMap((clipId, i) => {
    const [score, percentile] = [scores[i], percentiles[i]];
    return typeof score === 'number'
      ? [{ clipId, score, percentile: typeof percentile === 'number' ? percentile : null }]
      : [];
  });
}

/** Clips at or below `percentile`, worst first; of equal percentiles the lower score. */
export function suspectsBelow(fits: readonly Fit[], percentile: number): Fit[] {
  return fits
    .filter((fit) => fit.percentile !== null && fit.percentile <= percentile)
    .sort((a, b) => a.percentile! - b.percentile! || a.score - b.score || a.clipId - b.clipId);
}

const causes: Partial<Record<Badge, string>> = {
  silent: 'the sound is silent',
  frozen: 'the picture stands still',
  padded: 'part of the window is empty',
  salvaged: 'the file is damaged',
};

/** E.g. `fits worse than 97 % of shuffled pairs; the sound is silent`. */
export function reasonFor(fit: Fit, badges: readonly Badge[]): string {
  const known = badges.flatMap((badge) => causes[badge] ?? []);
  const fits =
    fit.percentile === null
      ? 'there was no other clip to compare with'
      : `fits worse than ${Math.round(100 - fit.percentile)} % of shuffled pairs`;
  return [fits, ...known].join('; ');
}

/** How many clips lie in each of `bins` equal parts of the percentiles 0..100. */
export function histogram(fits: readonly Fit[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const { percentile } of fits)
    if (percentile !== null) counts[Math.min(bins - 1, Math.floor((percentile / 100) * bins))]!++;
  return counts;
}
