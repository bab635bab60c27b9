// What a sounding event of the demo is: one cause that is heard and seen.
import type { DemoRandom } from './demoRandom.ts';

export type Setting = 'meadow' | 'room' | 'street' | 'forest' | 'shore' | 'night';

export interface DemoEvent {
  /** Mono, `durationS * rateHz` samples, any level. */
  sound: Float32Array;
  /** SVG of the moment `t` seconds, drawn over the scenery, in a field of 100 by 100. */
  draw(t: number): string;
  /** A veil over everything (rain, the light of a fire), drawn last. */
  veil?(t: number): string;
}

export interface EventTime {
  durationS: number;
  rateHz: number;
}

/** A family of events: the same seed gives the same event. Size, tempo and the like are shared by sound and picture. */
export interface EventFamily {
  name: string;
  settings: readonly Setting[];
  make(random: DemoRandom, time: EventTime): DemoEvent;
}

/** Times of a beat with human unevenness, from a random first one until the end. */
export function beats(random: DemoRandom, durationS: number, periodS: number, unevenness: number): number[] {
  const times: number[] = [];
  for (
    let t = random.between(0.05, Math.min(periodS, 0.6));
    t < durationS;
    t += periodS * (1 + random.between(-unevenness, unevenness))
  )
    times.push(t);
  return times;
}

/** Seconds since the last of `times` at `t`, Infinity before the first. */
export function since(times: readonly number[], t: number): number {
  const last = times.findLast((time) => time <= t + 1e-9);
  return last === undefined ? Number.POSITIVE_INFINITY : t - last;
}
