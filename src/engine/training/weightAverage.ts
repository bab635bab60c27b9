// Plain mean of the weights of several epochs (Izmailov et al. 2018, as the reference does after finetuning).

/** Collects checkpoints one at a time in double precision, so that memory does not grow with their number. */
export class WeightAverage {
  private count = 0;
  private readonly sums = new Map<string, Float64Array>();

  get added(): number {
    return this.count;
  }

  add(weights: Readonly<Record<string, ArrayLike<number>>>): void {
    this.count++;
    for (const [name, values] of Object.entries(weights)) {
      let sum = this.sums.get(name);
      if (!sum) this.sums.set(name, (sum = new Float64Array(values.length)));
      for (let i = 0; i < values.length; i++) sum[i]! += values[i]!;
    }
  }

  mean(): Record<string, Float32Array> {
    return Object.fromEntries([...this.sums].map(([name, sum]) => [name, Float32Array.from(sum, (x) => x / this.count)]));
  }
}
