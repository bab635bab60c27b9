// Runs one request at a time. The newest waiting request runs next; older waiting ones are dropped.

export interface Throttler<R> {
  ask(request: R): void;
  /** Aborts the run under way and drops the waiting request. */
  cancel(): void;
}

/** @param run must not throw; its signal aborts on `cancel` */
export function throttler<R>(run: (request: R, signal: AbortSignal) => Promise<void>): Throttler<R> {
  let underWay: AbortController | null = null;
  let waiting: { request: R } | null = null;
  async function work(request: R): Promise<void> {
    const mine = new AbortController();
    underWay = mine;
    await run(request, mine.signal);
    // After a cancel, another request may hold the place already.
    if (underWay !== mine) return;
    underWay = null;
    const next = waiting;
    waiting = null;
    if (next) void work(next.request);
  }
  return {
    ask(request) {
      if (underWay) waiting = { request };
      else void work(request);
    },
    cancel() {
      waiting = null;
      underWay?.abort();
      underWay = null;
    },
  };
}
