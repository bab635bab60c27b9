// Mulberry32 with normal draws: a small seeded stream, so that every map, sample and shuffle can be repeated.

export interface SeededRandom {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Whole number in [0, bound). */
  below(bound: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    uniform,
    below: (bound) => Math.floor(uniform() * bound),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** `count` different whole numbers below `bound`, ascending; all of them where there are no more. */
export function sampleWithout(random: SeededRandom, bound: number, count: number): Int32Array {
  if (count >= bound) return Int32Array.from({ length: bound }, (_, i) => i);
  const taken = new Set<number>();
  // Floyd's algorithm: one draw per taken number, whatever the bound.
  for (let j = bound - count; j < bound; j++) {
    const drawn = random.below(j + 1);
    taken.add(taken.has(drawn) ? j : drawn);
  }
  return Int32Array.from(taken).sort();
}
