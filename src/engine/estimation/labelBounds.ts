// What labels alone say of how often a class occurs. Nobody drew them at random, so that no interval of sampling applies: the bounds hold
// whatever the other clips are (Manski 1989).
import type { Interval } from './stratifiedInterval.ts';

/** @returns the share among labelled clips, null without any, and the least and the largest share that all clips can have */
export function labelBounds(clips: number, positive: number, negative: number): Interval & { estimate: number | null } {
  const labelled = positive + negative;
  return {
    estimate: labelled === 0 ? null : positive / labelled,
    low: clips === 0 ? 0 : positive / clips,
    high: clips === 0 ? 1 : (clips - negative) / clips,
  };
}
