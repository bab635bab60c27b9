// The one seeded random stream (Mulberry32): maps, samples, masks, initial weights and splits can be repeated by their
// seed. A stream can also be started by a name, so that every tensor has its own and values do not depend on the order
// in which tensors are made.

/** FNV-1a, 32 bits, over UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

export interface RandomStream {
  /** The next 32 bits. */
  bits(): number;
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Uniform whole number in [0, n). */
  below(n: number): number;
}

/** @param seed a 32-bit number, or a name to be hashed to one. */
export function randomStream(seed: number | string): RandomStream {
  let state = (typeof seed === 'string' ? fnv1a(seed) : seed) | 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const uniform = (): number => bits() / 2 ** 32;
  return {
    bits,
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    below: (n) => Math.floor(uniform() * n),
  };
}
