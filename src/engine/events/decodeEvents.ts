// From scores per frame to events with edges: smoothing, hysteresis, gaps closed, short ones dropped.
import type { Detection } from './timedSpan.ts';

/** Found by cross-validation; see `fitDecision`. Times in seconds. */
export interface Decision {
  /** Of one event at a time (then its class), or of every class by itself. */
  exclusive: boolean;
  /** The scores are a softmax over classes and nothing, else a sigmoid a class. */
  softmax: boolean;
  smoothS: number;
  /** An event begins above `high` and lasts while above `low`. */
  high: number;
  low: number;
  leastS: number;
  gapS: number;
  /** Added to both edges: positive makes events longer. */
  onsetShiftS: number;
  offsetShiftS: number;
}

/** Moving mean of a column of [T, width] over `radius` frames to each side. */
export function smoothed(scores: Float32Array, width: number, column: number, radius: number): Float32Array {
  const frames = scores.length / width;
  const out = new Float32Array(frames);
  let sum = 0;
  for (let t = -radius; t < frames; t++) {
    const enters = t + radius;
    const leaves = t - radius - 1;
    if (enters < frames) sum += scores[enters * width + column]!;
    if (leaves >= 0) sum -= scores[leaves * width + column]!;
    if (t >= 0) out[t] = sum / (Math.min(frames - 1, enters) - Math.max(0, t - radius) + 1);
  }
  return out;
}

/** Runs [from, to) that reach `high` and stay above `low`; runs nearer than `gap` frames become one. */
export function hysteresis(scores: Float32Array, high: number, low: number, gap: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let t = 0; t < scores.length;) {
    if (scores[t]! < low) {
      t++;
      continue;
    }
    const from = t;
    let top = 0;
    for (; t < scores.length && scores[t]! >= low; t++) top = Math.max(top, scores[t]!);
    if (top < high) continue;
    const before = runs.at(-1);
    if (before && from - before[1] < gap) before[1] = t;
    else runs.push([from, t]);
  }
  return runs;
}

/**
 * @param scores [T, K + 1]: probabilities of the classes and of nothing (ignored where classes are decided one by one)
 * @param frameS seconds a frame
 * @returns detections by onset; `confidence` is the mean score over the event, not yet calibrated
 */
export function decodeEvents(scores: Float32Array, classes: number, frameS: number, decision: Decision): Detection[] {
  const width = classes + 1;
  const radius = Math.round(decision.smoothS / 2 / frameS);
  const gap = decision.gapS / frameS;
  const found: Detection[] = [];
  const durationS = (scores.length / width) * frameS;
  const take = (from: number, to: number, classIndex: number, confidence: number): void => {
    const onsetS = Math.max(0, from * frameS - decision.onsetShiftS);
    const offsetS = Math.min(durationS, to * frameS + decision.offsetShiftS);
    if (offsetS - onsetS >= Math.max(decision.leastS, frameS / 2))
      found.push({ classIndex, onsetS, offsetS, confidence });
  };
  if (!decision.exclusive) {
    for (let k = 0; k < classes; k++) {
      const line = smoothed(scores, width, k, radius);
      for (const [from, to] of hysteresis(line, decision.high, decision.low, gap))
        take(from, to, k, mean(scores, width, k, from, to));
    }
    return found.toSorted((a, b) => a.onsetS - b.onsetS);
  }
  const anything = smoothed(scores, width, classes, radius).map((nothing) => 1 - nothing);
  for (const [from, to] of hysteresis(anything, decision.high, decision.low, gap)) {
    for (const [start, end] of splitByClass(scores, width, from, to, decision.leastS / frameS)) {
      const { classIndex, share } = likeliestClass(scores, width, start, end);
      take(start, end, classIndex, share);
    }
  }
  return found;
}

function mean(scores: Float32Array, width: number, column: number, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += scores[t * width + column]!;
  return sum / (to - from);
}

/**
 * The class with the highest mean score over [from, to), and that mean beside those of the other classes and of
 * nothing.
 */
function likeliestClass(
  scores: Float32Array,
  width: number,
  from: number,
  to: number,
): { classIndex: number; share: number } {
  let best = 0;
  let top = -1;
  for (let k = 0; k < width - 1; k++) {
    const score = mean(scores, width, k, from, to);
    if (score > top) [best, top] = [k, score];
  }
  return { classIndex: best, share: top };
}

/** Cuts a run where the likeliest class changes and stays changed for at least `least` frames on both sides. */
function splitByClass(
  scores: Float32Array,
  width: number,
  from: number,
  to: number,
  least: number,
): [number, number][] {
  const shortest = Math.max(3, least);
  if (to - from < 2 * shortest) return [[from, to]];
  // The cut that gains most: two classes explain the run much better than one.
  const total = columnSums(scores, width, from, to);
  const one = Math.max(...total);
  const left = new Float64Array(width - 1);
  let best = { gain: 0, at: -1 };
  for (let t = from; t < to; t++) {
    for (let k = 0; k < width - 1; k++) left[k]! += scores[t * width + k]!;
    if (t + 1 - from < shortest || to - t - 1 < shortest) continue;
    let [a, b] = [0, 0];
    for (let k = 0; k < width - 1; k++) {
      if (left[k]! > left[a]!) a = k;
      if (total[k]! - left[k]! > total[b]! - left[b]!) b = k;
    }
    const gain = left[a]! + total[b]! - left[b]! - one;
    if (a !== b && gain > best.gain) best = { gain, at: t + 1 };
  }
  if (best.at < 0 || best.gain < 0.35 * (to - from)) return [[from, to]];
  return [...splitByClass(scores, width, from, best.at, least), ...splitByClass(scores, width, best.at, to, least)];
}

function columnSums(scores: Float32Array, width: number, from: number, to: number): Float64Array {
  const sums = new Float64Array(width - 1);
  for (let t = from; t < to; t++) for (let k = 0; k < width - 1; k++) sums[k]! += scores[t * width + k]!;
  return sums;
}
