// What is known of every class at an instant: present, absent or unknown. Unmarked time is absent only where a
// recording is complete.
import type { LabelledRecording } from './timedSpan.ts';

export const present = 1;
export const absent = 0;
export const unknown = -1;
/** Beside a marked event its own class is over, also where the rest of the recording is unknown. */
const besideS = 0.25;

/**
 * States of K classes at `times` seconds into `out` [times.length, K]. Times outside the recording are unknown.
 * `spanS`: how much time one frame stands for; a point event is present in the frame that holds it.
 */
export function frameStates(
  recording: LabelledRecording,
  times: ArrayLike<number>,
  classes: number,
  spanS: number,
  out: Int8Array,
): void {
  out.fill(recording.complete ? absent : unknown);
  const first = Math.min(times[0]!, times[times.length - 1]!) - besideS - spanS;
  const last = Math.max(times[0]!, times[times.length - 1]!) + besideS + spanS;
  const near = recording.spans.filter(({ onsetS, offsetS }) => offsetS >= first && onsetS <= last);
  for (let t = 0; t < times.length; t++) {
    const time = times[t]!;
    const row = t * classes;
    if (time < 0 || time >= recording.durationS) {
      out.fill(unknown, row, row + classes);
      continue;
    }
    for (const { classIndex, onsetS, offsetS, value } of near) {
      const inside = time >= onsetS && time < Math.max(offsetS, onsetS + spanS);
      if (inside && value === 'positive') out[row + classIndex] = present;
      else if (out[row + classIndex] === present) continue;
      else if (inside) out[row + classIndex] = value === 'negative' ? absent : unknown;
      else if (value === 'positive' && time > onsetS - besideS && time < offsetS + besideS)
        out[row + classIndex] = absent;
    }
  }
}

/** Share of marked time in which events of two classes of a recording overlap: near 0, a softmax over classes fits. */
export function overlapShare(recordings: readonly LabelledRecording[]): number {
  let [both, all] = [0, 0];
  for (const { spans } of recordings) {
    const sorted = spans.filter(({ value }) => value === 'positive').toSorted((a, b) => a.onsetS - b.onsetS);
    for (const [i, one] of sorted.entries()) {
      all += one.offsetS - one.onsetS;
      for (let k = i + 1; k < sorted.length && sorted[k]!.onsetS < one.offsetS; k++)
        if (sorted[k]!.classIndex !== one.classIndex)
          both += Math.min(one.offsetS, sorted[k]!.offsetS) - sorted[k]!.onsetS;
    }
  }
  return all > 0 ? both / all : 0;
}
