// Time budgets of events: how often and how long they occur in recordings, and how soon. Recordings are the sampling units: rates and
// shares are ratio estimates over them, with the linearised variance between recordings (Cochran 1977, section 6.3).
import { studentQuantile } from './studentQuantile.ts';

export interface BudgetEvent {
  onsetS: number;
  /** Equal to the onset for a point event. */
  offsetS: number;
}
/** A recording with the events of one class in it. */
export interface BudgetRecording {
  durationS: number;
  events: readonly BudgetEvent[];
}

export interface TimeBudget {
  recordings: number;
  hours: number;
  events: number;
  perHour: number;
  perHourLow: number | null;
  perHourHigh: number | null;
  totalS: number;
  /** Share of the time in which an event goes on, with overlapping events counted once. */
  share: number;
  shareLow: number | null;
  shareHigh: number | null;
  meanS: number | null;
  medianS: number | null;
  /** Median time to the first event of the recordings that have one. */
  latencyS: number | null;
  occurs: number;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Seconds in which at least one event goes on, within the recording. */
export function occupiedS({ durationS, events }: BudgetRecording): number {
  let until = 0;
  let total = 0;
  for (const { onsetS, offsetS } of events.toSorted((a, b) => a.onsetS - b.onsetS)) {
    const end = Math.min(durationS, offsetS);
    total += Math.max(0, end - Math.max(onsetS, until));
    until = Math.max(until, end);
  }
  return total;
}

/** Σ values / Σ times over recordings, with its interval; ends are null with fewer than two recordings. */
function ratio(
  values: readonly number[],
  times: readonly number[],
  confidence: number,
): { value: number; low: number | null; high: number | null } {
  const total = times.reduce((sum, time) => sum + time, 0);
  if (total === 0) return { value: 0, low: null, high: null };
  const value = values.reduce((sum, one) => sum + one, 0) / total;
  const n = values.length;
  if (n < 2) return { value, low: null, high: null };
  const squares = values.reduce((sum, one, i) => sum + (one - value * times[i]!) ** 2, 0);
  const half = (studentQuantile(0.5 + confidence / 2, n - 1) * Math.sqrt((n / (n - 1)) * squares)) / total;
  return { value, low: Math.max(0, value - half), high: value + half };
}

export function timeBudget(recordings: readonly BudgetRecording[], confidence: number): TimeBudget {
  const hours = recordings.map(({ durationS }) => durationS / 3600);
  const rate = ratio(
    recordings.map(({ events }) => events.length),
    hours,
    confidence,
  );
  const occupied = recordings.map(occupiedS);
  const share = ratio(
    occupied,
    recordings.map(({ durationS }) => durationS),
    confidence,
  );
  const durations = recordings.flatMap(({ events }) => events.map(({ onsetS, offsetS }) => offsetS - onsetS));
  const firsts = recordings.flatMap(({ events }) =>
    events.length === 0 ? [] : [Math.min(...events.map(({ onsetS }) => onsetS))],
  );
  return {
    recordings: recordings.length,
    hours: hours.reduce((sum, one) => sum + one, 0),
    events: durations.length,
    perHour: rate.value,
    perHourLow: rate.low,
    perHourHigh: rate.high,
    totalS: occupied.reduce((sum, one) => sum + one, 0),
    share: share.value,
    shareLow: share.low,
    shareHigh: share.high === null ? null : Math.min(1, share.high),
    meanS: durations.length === 0 ? null : durations.reduce((sum, one) => sum + one, 0) / durations.length,
    medianS: median(durations),
    latencyS: median(firsts),
    occurs: firsts.length,
  };
}
