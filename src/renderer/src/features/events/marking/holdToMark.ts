// Marking while the recording plays: a class key held down is an event as long as it is held, a short press is a point.

/** A key held shorter than this is a press. */
export const pressS = 0.18;

export interface HeldMark {
  classId: number;
  key: string;
  onsetS: number;
}

/** The event that a released key makes; `rate` is the playing speed, so that a press stays a press in slow motion. */
export function releasedMark(held: HeldMark, releasedS: number, rate = 1): { onsetS: number; offsetS: number | null } {
  const [from, to] = [Math.min(held.onsetS, releasedS), Math.max(held.onsetS, releasedS)];
  return to - from < pressS * rate ? { onsetS: held.onsetS, offsetS: null } : { onsetS: from, offsetS: to };
}
