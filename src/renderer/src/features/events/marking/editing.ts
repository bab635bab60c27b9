// What a drag or a key makes of an event's times. Pure functions; the store writes the result.

export interface Span {
  onsetS: number;
  offsetS: number | null;
}
export type Grip = 'onset' | 'offset' | 'whole';

/** The shortest interval that can be drawn. */
export const shortestEventS = 0.005;

/** The span with one edge (or all of it) moved to `toS`, inside the recording; edges never cross. */
export function moveSpan({ onsetS, offsetS }: Span, grip: Grip, toS: number, lengthS: number): Span {
  const within = (timeS: number): number => Math.min(lengthS, Math.max(0, timeS));
  if (offsetS === null) return { onsetS: within(toS), offsetS: null };
  if (grip === 'onset') return { onsetS: Math.min(within(toS), offsetS - shortestEventS), offsetS };
  if (grip === 'offset') return { onsetS, offsetS: Math.max(within(toS), onsetS + shortestEventS) };
  const length = offsetS - onsetS;
  const from = Math.min(Math.max(0, toS), Math.max(0, lengthS - length));
  return { onsetS: from, offsetS: from + length };
}

/** The interval between two points of a drag; null where it is too short to be one. */
export function drawnSpan(fromS: number, toS: number): { onsetS: number; offsetS: number } | null {
  const [onsetS, offsetS] = [Math.min(fromS, toS), Math.max(fromS, toS)];
  return offsetS - onsetS < shortestEventS ? null : { onsetS, offsetS };
}

/** Which part of an event lies under x, given its drawn edges in pixels; edges are 6 px wide, less on short events. */
export function gripAt(x: number, fromX: number, toX: number): Grip | null {
  const reach = Math.min(6, Math.max(2, (toX - fromX) / 4));
  if (x < fromX - 4 || x > toX + 4) return null;
  if (x <= fromX + reach) return 'onset';
  if (x >= toX - reach) return 'offset';
  return 'whole';
}
