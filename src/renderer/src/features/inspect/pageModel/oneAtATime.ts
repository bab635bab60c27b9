// A stroke asks for more pictures than can be computed: one is under way, the newest request waits, those between are skipped.

export interface OneAtATime<R> {
  ask(request: R): void;
  /** Gives up what is under way and what waits. */
  cancel(): void;
}

/** @param run must not throw; its signal aborts on `cancel` */
export function oneAtATime<R>(run: (request: R, signal: AbortSignal) => Promise<void>): OneAtATime<R> {
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
