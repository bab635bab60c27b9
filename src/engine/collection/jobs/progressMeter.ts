// Rate and time left of a running job, smoothed so that they can be read.

/** Time over which the rate forgets: long enough to be calm, short enough to follow. */
const memoryMs = 15_000;
const firstAnswerMs = 500;

export class ProgressMeter {
  done: number;
  total: number | null;
  note: string | null = null;
  private rate: number | null = null;
  private at: number | null = null;
  private counted: number;
  private observedMs = 0;

  constructor(done: number, total: number | null) {
    this.done = done;
    this.total = total;
    this.counted = done;
  }

  /** `nowMs` is a monotonic clock. */
  update(update: { done: number; total?: number | null; note?: string | null }, nowMs: number): void {
    if (update.total !== undefined) this.total = update.total;
    if (update.note !== undefined) this.note = update.note;
    this.done = update.done;
    // The first report of a run tells where it stands, not how fast it goes.
    if (this.at === null || update.done < this.counted) {
      this.at = nowMs;
      this.counted = update.done;
      return;
    }
    const elapsed = nowMs - this.at;
    if (elapsed < 50) return;
    const now = ((update.done - this.counted) / elapsed) * 1000;
    this.observedMs += elapsed;
    // While young, a plain mean; later an exponential one.
    const weight =
      this.rate === null ? 1 : Math.max(1 - Math.exp(-elapsed / memoryMs), Math.min(1, elapsed / this.observedMs));
    this.rate = this.rate === null ? now : this.rate + weight * (now - this.rate);
    this.at = nowMs;
    this.counted = update.done;
  }

  /** Items per second, null until it can be told. */
  get ratePerS(): number | null {
    return this.rate !== null && this.observedMs >= firstAnswerMs ? this.rate : null;
  }

  get etaS(): number | null {
    const rate = this.ratePerS;
    return this.total !== null && rate !== null && rate > 0 ? Math.max(0, (this.total - this.done) / rate) : null;
  }
}
