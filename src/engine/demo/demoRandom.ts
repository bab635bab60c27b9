// Repeatable randomness for the demo collection: sfc32 (Chris Doty-Humphrey's PractRand), seeded from text.

export class DemoRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** The same text gives the same stream, on every machine. */
  constructor(seed: string) {
    let hash = 2166136261;
    const word = () => {
      for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 16777619);
      hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
      return hash >>> 0;
    };
    [this.a, this.b, this.c] = [word(), word(), word()];
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
}
