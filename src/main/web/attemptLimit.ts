// A bound on what nobody signed in may try: so many times a minute for each client, then it is not heard for the rest
// of it.

export interface AttemptLimit {
  /**
   * Counts an attempt before anything is done for it, so that attempts beside each other count, too. False: refuse it.
   */
  take(client: string): boolean;
  /** The attempt was a good one and does not count. */
  giveBack(client: string): void;
}

/** Clients that are remembered; the one heard of longest ago goes first. */
const mostClients = 10_000;
const minuteMs = 60_000;

export function createAttemptLimit(perMinute = 20, now: () => number = Date.now): AttemptLimit {
  const clients = new Map<string, number[]>();
  const recent = (client: string): number[] => {
    // A clock that was set back must not lock anybody out.
    const times = (clients.get(client) ?? []).filter((time) => Math.abs(now() - time) < minuteMs);
    clients.delete(client);
    clients.set(client, times);
    if (clients.size > mostClients) clients.delete(clients.keys().next().value!);
    return times;
  };
  return {
    take(client) {
      const times = recent(client);
      if (times.length >= perMinute) return false;
      times.push(now());
      return true;
    },
    giveBack: (client) => void clients.get(client)?.pop(),
  };
}
