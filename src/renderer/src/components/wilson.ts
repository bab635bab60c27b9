// The Wilson score interval of a share (Wilson 1927): honest at small samples and at the ends, where the normal one is
// not.

interface Interval {
  share: number;
  low: number;
  high: number;
}

/** 95 % interval of the share of `yes` in `asked` draws; null when nothing was asked. */
export function wilson(yes: number, asked: number, z = 1.959964): Interval | null {
  if (asked === 0) return null;
  const share = yes / asked;
  const shrink = 1 + (z * z) / asked;
  const middle = (share + (z * z) / (2 * asked)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / asked + (z * z) / (4 * asked * asked));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
