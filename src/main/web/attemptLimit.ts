// A bound on wrong tokens and passwords: so many in a minute, then nobody is heard for the rest of it.
export interface AttemptLimit {
  failed(): void;
  exhausted(): boolean;
}

export function createAttemptLimit(perMinute = 20, now: () => number = Date.now): AttemptLimit {
  let times: number[] = [];
  const recent = (): number[] => (times = times.filter((time) => time > now() - 60_000));
  return {
    failed: () => void recent().push(now()),
    exhausted: () => recent().length >= perMinute,
  };
}
