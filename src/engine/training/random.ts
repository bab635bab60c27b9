// Seeded random numbers whose whole state can be saved, so that a resumed run draws what an undisturbed one would have
// drawn. xoshiro128** (Blackman & Vigna, https://prng.di.unimi.it), seeded by splitmix32.

export type RandomState = [number, number, number, number];

export class Random {
  private s: RandomState;

  constructor(seed: number | RandomState) {
    this.s = typeof seed === 'number' ? expand(seed) : [...seed];
  }

  /** The state from which `new Random(state)` continues. */
  state(): RandomState {
    return [...this.s];
  }

  /** A new, independent stream: what one part draws does not move what another part sees. */
  fork(): Random {
    return new Random(expand(this.uint32()));
  }

  uint32(): number {
    const s = this.s;
    const r = Math.imul(s[1], 5);
    const result = Math.imul((r << 7) | (r >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** U[0, 1) with 24 bits: exact in float32. */
  uniform(): number {
    return (this.uint32() >>> 8) / 0x1000000;
  }

  /** An integer of [low, high). */
  integer(low: number, high: number): number {
    return low + Math.floor((this.uint32() / 0x100000000) * (high - low));
  }

  /** N(0, 1), Box-Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Beta(a, b) for whole a, b: the a-th smallest of a + b - 1 uniform draws. */
  beta(a: number, b: number): number {
    return Array.from({ length: a + b - 1 }, () => this.uniform()).toSorted((x, y) => x - y)[a - 1]!;
  }

  /** n draws of U[0, 1), such as masking noise. */
  uniforms(n: number): Float32Array {
    const out = new Float32Array(n);
    for (let i = 0; i < n; i++) out[i] = this.uniform();
    return out;
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  }
}

function expand(seed: number): RandomState {
  let x = seed >>> 0;
  const next = () => {
    x = (x + 0x9e3779b9) >>> 0;
    let z = x;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return [next(), next(), next(), next()];
}
