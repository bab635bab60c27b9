// Probabilities that mean what they say: temperature scaling (Guo et al. 2017) fitted to held-out labels, reliability
// bins and the expected calibration error.
import { argMax } from './argMax.ts';

/** softmax(z / T) of one row of C logits; with `multiLabel` a sigmoid per class. */
export function probabilities(
  logits: ArrayLike<number>,
  classes: number,
  multiLabel: boolean,
  temperature = 1,
): Float32Array {
  const out = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    if (multiLabel) {
      for (let k = 0; k < classes; k++) out[from + k] = 1 / (1 + Math.exp(-logits[from + k]! / temperature));
      continue;
    }
    const top = logits[from + argMax(logits, from, classes)]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += out[from + k] = Math.exp((logits[from + k]! - top) / temperature);
    for (let k = 0; k < classes; k++) out[from + k] = out[from + k]! / sum;
  }
  return out;
}

/**
 * Mean negative log likelihood of targets [N, C] (0/1, NaN = unknown) under logits [N, C]. With `doubt` every target is
 * wrong with that probability (single-label: one of the other classes is right).
 */
export function negativeLogLikelihood(
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  classes: number,
  multiLabel: boolean,
  temperature = 1,
  doubt = 0,
): number {
  const p = probabilities(logits, classes, multiLabel, temperature);
  const log = (x: number) => Math.log(Math.max(x, 1e-12));
  let sum = 0;
  let count = 0;
  for (let i = 0; i < p.length; i++) {
    const target = targets[i]!;
    if (Number.isNaN(target)) continue;
    if (multiLabel) {
      const [right, wrong] = target > 0.5 ? [p[i]!, 1 - p[i]!] : [1 - p[i]!, p[i]!];
      sum -= (1 - doubt) * log(right) + doubt * log(wrong);
      count++;
    } else if (target > 0.5) {
      sum -= (1 - doubt) * log(p[i]!);
      count++;
      const from = i - (i % classes);
      if (doubt)
        for (let k = 0; k < classes; k++) if (from + k !== i) sum -= (doubt / (classes - 1)) * log(p[from + k]!);
    }
  }
  return count ? sum / count : Number.NaN;
}

/**
 * The temperature of [1/4, 20] with the least held-out NLL, by golden section over log T; 1 where nothing was held out.
 * As in Platt scaling N targets are trusted to (N + 1)/(N + 2): a few clips that all came out right would otherwise ask
 * for certainty.
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  classes: number,
  multiLabel: boolean,
): number {
  if (!logits.length) return 1;
  const doubt = 1 / (logits.length / classes + 2);
  const nll = (logT: number) => negativeLogLikelihood(logits, targets, classes, multiLabel, Math.exp(logT), doubt);
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(1 / 4), Math.log(20)];
  for (let i = 0; i < 40; i++) {
    const [x, y] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (nll(x) <= nll(y)) high = y;
    else low = x;
  }
  return Math.exp((low + high) / 2);
}

/** Clips named by a bin: what a grid is opened with. */
const clipsPerBin = 500;

/** `clipIds`: clips in the bin, where they were given. */
export interface Reliability {
  bins: { confidence: number; accuracy: number; count: number; clipIds?: number[] }[];
  calibrationError: number | null;
}

/**
 * Ten bins of confidence. Single-label: confidence of the arg max and whether it is right; multi-label: every class
 * probability and whether the class is present. Error = Σ count/N |accuracy - confidence|; null with no clips. Empty
 * bins are left out.
 */
export function reliability(
  p: ArrayLike<number>,
  targets: ArrayLike<number>,
  classes: number,
  multiLabel: boolean,
  clipIds?: ArrayLike<number>,
): Reliability {
  const bins = Array.from({ length: 10 }, () => ({ confidence: 0, accuracy: 0, count: 0, clips: new Set<number>() }));
  const add = (confidence: number, right: boolean, n: number) => {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))]!;
    bin.confidence += confidence;
    bin.accuracy += right ? 1 : 0;
    bin.count++;
    if (clipIds && bin.clips.size < clipsPerBin) bin.clips.add(clipIds[n]!);
  };
  for (let from = 0; from < p.length; from += classes) {
    if (multiLabel) {
      for (let k = 0; k < classes; k++)
        if (!Number.isNaN(targets[from + k]!)) add(p[from + k]!, targets[from + k]! > 0.5, from / classes);
    } else {
      const best = argMax(p, from, classes);
      add(p[from + best]!, targets[from + best]! > 0.5, from / classes);
    }
  }
  const filled = bins
    .filter((bin) => bin.count)
    .map(({ confidence, accuracy, count, clips }) => ({
      confidence: confidence / count,
      accuracy: accuracy / count,
      count,
      ...(clipIds && { clipIds: [...clips] }),
    }));
  const total = filled.reduce((n, bin) => n + bin.count, 0);
  const error = filled.reduce((sum, bin) => sum + (bin.count / total) * Math.abs(bin.accuracy - bin.confidence), 0);
  return { bins: filled, calibrationError: total ? error : null };
}
