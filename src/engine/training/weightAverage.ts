// Plain mean of the weights of several epochs (Izmailov et al. 2018, as the reference does after finetuning).

/**
 * A running mean m_k = m_(k-1) + (w_k - m_(k-1)) / k: one copy of the weights whatever the number of epochs, and easily
 * kept on disk.
 */
export class WeightAverage {
  count = 0;
  readonly mean = new Map<string, Float32Array>();

  add(weights: Iterable<readonly [string, { data: Float32Array }]>): void {
    this.count++;
    for (const [name, { data }] of weights) {
      const mean = this.mean.get(name);
      if (!mean) this.mean.set(name, Float32Array.from(data));
      else for (let i = 0; i < data.length; i++) mean[i] = mean[i]! + (data[i]! - mean[i]!) / this.count;
    }
  }

  /** Goes on from a mean of `count` weights that was kept. */
  restore(count: number, mean: Iterable<readonly [string, { data: Float32Array }]>): void {
    this.count = count;
    for (const [name, { data }] of mean) this.mean.set(name, Float32Array.from(data));
  }
}
