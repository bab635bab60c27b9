// Sampling without replacement, repeatable by its random stream.
import type { RandomStream } from '../base/randomStream.ts';

/** `count` different whole numbers below `bound`, ascending; all of them where there are no more. */
export function sampleWithout(random: RandomStream, bound: number, count: number): Int32Array {
  if (count >= bound) return Int32Array.from({ length: bound }, (_, i) => i);
  const taken = new Set<number>();
  // Floyd's algorithm: one draw per taken number, whatever the bound.
  for (let j = bound - count; j < bound; j++) {
    const drawn = random.below(j + 1);
    taken.add(taken.has(drawn) ? j : drawn);
  }
  return Int32Array.from(taken).sort();
}
