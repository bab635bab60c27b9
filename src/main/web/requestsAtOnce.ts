// How many requests of one client are worked on at the same time: a flood waits at its own door.

/** Several windows with a few hundred pictures each stay far below. */
export const mostAtOnce = 1000;

export interface RequestsAtOnce {
  /** Runs `work`, or answers `busy` at once where the client has too many under way. */
  run<T>(client: string, work: () => Promise<T>, busy: () => T): Promise<T>;
}

export function createRequestsAtOnce(most = mostAtOnce): RequestsAtOnce {
  const underWay = new Map<string, number>();
  return {
    async run(client, work, busy) {
      const count = underWay.get(client) ?? 0;
      if (count >= most) return busy();
      underWay.set(client, count + 1);
      try {
        return await work();
      } finally {
        const left = underWay.get(client)! - 1;
        if (left > 0) underWay.set(client, left);
        else underWay.delete(client);
      }
    },
  };
}
