// Confidence that means what it says: Platt scaling of a detection's score by whether held-out detections matched an
// event.
import { rateOf } from './eventScores.ts';

export interface Calibration {
  slope: number;
  bias: number;
  /** Detections below this calibrated confidence cost more than they find. */
  least: number;
}
export interface Judged {
  score: number;
  correct: boolean;
}

const logit = (score: number): number => {
  const p = Math.min(1 - 1e-4, Math.max(1e-4, score));
  return Math.log(p / (1 - p));
};
export const calibrated = ({ slope, bias }: Calibration, score: number): number =>
  1 / (1 + Math.exp(-(slope * logit(score) + bias)));

/** Newton's method on the log likelihood, with Platt's smoothed targets. `missed`: events that no detection found. */
export function fitCalibration(judged: readonly Judged[], missed: number): Calibration {
  const right = judged.filter(({ correct }) => correct).length;
  const wrong = judged.length - right;
  const [high, low] = [(right + 1) / (right + 2), 1 / (wrong + 2)];
  let [slope, bias] = [1, 0];
  for (let round = 0; round < 30; round++) {
    let [gs, gb, hss, hsb, hbb] = [0, 0, 1e-3, 0, 1e-3];
    for (const { score, correct } of judged) {
      const x = logit(score);
      const p = 1 / (1 + Math.exp(-(slope * x + bias)));
      const error = p - (correct ? high : low);
      const weight = p * (1 - p);
      gs += error * x;
      gb += error;
      hss += weight * x * x;
      hsb += weight * x;
      hbb += weight;
    }
    const determinant = hss * hbb - hsb * hsb;
    if (determinant < 1e-9) break;
    slope -= (hbb * gs - hsb * gb) / determinant;
    bias -= (hss * gb - hsb * gs) / determinant;
    slope = Math.min(20, Math.max(0.05, slope));
    bias = Math.min(20, Math.max(-20, bias));
  }
  return { slope, bias, least: bestThreshold(judged, missed, { slope, bias, least: 0 }) };
}

/** The confidence above which F1 on the held-out detections is highest. */
function bestThreshold(judged: readonly Judged[], missed: number, calibration: Calibration): number {
  const sorted = judged.toSorted((a, b) => b.score - a.score);
  const events = missed + judged.filter(({ correct }) => correct).length;
  let truePositives = 0;
  let best = { f1: 0, least: 0 };
  for (const [i, { score, correct }] of sorted.entries()) {
    if (correct) truePositives++;
    // A threshold cannot come between equal scores.
    if (sorted[i + 1]?.score === score) continue;
    const { f1 } = rateOf({
      truePositives,
      falsePositives: i + 1 - truePositives,
      falseNegatives: events - truePositives,
    });
    if (f1 >= best.f1) best = { f1, least: calibrated(calibration, score) };
  }
  // Just under the last one that is kept.
  return best.least * 0.98;
}

/** Mean distance between confidence and share of correct ones over ten bins. */
export function calibrationError(judged: readonly { confidence: number; correct: boolean }[]): number {
  const bins = Array.from({ length: 10 }, () => ({ n: 0, confidence: 0, correct: 0 }));
  for (const { confidence, correct } of judged) {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))]!;
    bin.n++;
    bin.confidence += confidence;
    bin.correct += correct ? 1 : 0;
  }
  return judged.length > 0
    ? bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.correct), 0) / judged.length
    : 0;
}
