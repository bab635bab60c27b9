// Simulated audits: a population with a known rate, a classifier of known quality, and a person who answers truthfully.
import { randomStream, type RandomStream } from '../../../../src/engine/base/randomStream.ts';
import { nextStratum } from '../../../../src/engine/estimation/nextStratum.ts';
import { scoreStrata, stratumOf } from '../../../../src/engine/estimation/scoreStrata.ts';
import { stratifiedInterval, type StratumSample } from '../../../../src/engine/estimation/stratifiedInterval.ts';

export interface Trial {
  clips: number;
  rate: number;
  /** Distance between the classes in standard deviations of the score: .36, 1.19, 2.33 and 3.29 give an AUC of .6, .8, .95 and .99. */
  separation: number;
  /** Slope and shift of the log odds of the score; [1, 0] is calibrated. */
  calibration: readonly [number, number];
}
export interface Outcome {
  truth: number;
  estimate: number;
  low: number;
  high: number;
  audits: number;
}

/** Clips of a population by stratum, in the order in which they would be drawn: 1 holds the class. */
function population(random: RandomStream, { clips, rate, separation, calibration }: Trial): Uint8Array[] {
  const holds = new Uint8Array(clips);
  let left = Math.max(1, Math.round(clips * rate));
  const scores = new Float64Array(clips);
  const [slope, shift] = calibration;
  const prior = Math.log(rate / (1 - rate));
  for (let i = 0; i < clips; i++) {
    if (random.uniform() < left / (clips - i)) {
      holds[i] = 1;
      left--;
    }
    const seen = random.normal() + (holds[i] ? separation : 0);
    const odds = separation * seen - separation ** 2 / 2 + prior;
    scores[i] = 1 / (1 + Math.exp(-(slope * odds + shift)));
  }
  const ranges = scoreStrata(scores, 5);
  const strata = ranges.map((): number[] => []);
  // Clips are exchangeable within a stratum, so that the order they were made in is a random one.
  scores.forEach((score, i) => strata[stratumOf(score, ranges)]!.push(holds[i]!));
  return strata.map((own) => Uint8Array.from(own));
}

/** Audits until `enough` says so or all clips are audited. */
export function audit(
  random: RandomStream,
  trial: Trial,
  enough: (strata: readonly StratumSample[], audits: number) => boolean,
  confidence = 0.95,
): Outcome {
  const strata = population(random, trial);
  const samples = strata.map((own): StratumSample => ({ size: own.length, audited: 0, positive: 0 }));
  let audits = 0;
  while (!enough(samples, audits)) {
    const drawn = nextStratum(samples);
    if (drawn === null) break;
    const sample = samples[drawn]!;
    sample.positive += strata[drawn]![sample.audited++]!;
    audits++;
  }
  const { estimate, low, high } = stratifiedInterval(samples, confidence);
  return {
    truth: Math.max(1, Math.round(trial.clips * trial.rate)) / trial.clips,
    estimate: estimate!,
    low,
    high,
    audits,
  };
}

export const classifiers = { poor: 0.36, fair: 1.19, good: 2.33, excellent: 3.29 };
export const calibrations: readonly (readonly [number, number])[] = [
  [1, 0],
  [0.5, 0],
  [2, 0],
  [1, 1.5],
  [1, -1.5],
];

const between = (random: RandomStream, low: number, high: number): number =>
  Math.exp(Math.log(low) + random.uniform() * Math.log(high / low));

/** `trials` audits of random size with rates and budgets drawn evenly on a logarithmic scale. */
export function coverage(
  seed: string,
  trials: number,
  separations: readonly number[],
  rates: readonly [number, number],
): { covered: number; below: number; above: number } {
  const random = randomStream(seed);
  let below = 0;
  let above = 0;
  for (let i = 0; i < trials; i++) {
    const budget = Math.round(between(random, 150, 1200));
    const { truth, low, high } = audit(
      random,
      {
        clips: Math.round(between(random, 3000, 10000)),
        rate: between(random, ...rates),
        separation: separations[random.below(separations.length)]!,
        calibration: calibrations[random.below(calibrations.length)]!,
      },
      (_, audits) => audits >= budget,
    );
    if (truth < low - 1e-9) below++;
    if (truth > high + 1e-9) above++;
  }
  return { covered: 1 - (below + above) / trials, below: below / trials, above: above / trials };
}

const width = ({ low, high }: { low: number; high: number }): number => high - low;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Audits that the design needs, as a share of those that plain random sampling needs for an interval of the same width. The width is the
 * mean one of `plain` random audits of the same population.
 */
export function auditsNeeded(seed: string, trial: Trial, plain: number, trials: number): number {
  const random = randomStream(seed);
  const positives = Math.round(trial.clips * trial.rate);
  const widths = Array.from({ length: 60 }, () => {
    let [positive, left] = [0, positives];
    for (let i = 0; i < plain; i++) {
      if (random.uniform() >= left / (trial.clips - i)) continue;
      positive++;
      left--;
    }
    return width(stratifiedInterval([{ size: trial.clips, audited: plain, positive }], 0.95));
  });
  const wanted = mean(widths);
  const enough = (strata: readonly StratumSample[], audits: number): boolean =>
    audits % 5 === 0 && audits > 0 && width(stratifiedInterval(strata, 0.95)) <= wanted;
  return mean(Array.from({ length: trials }, () => audit(random, trial, enough).audits)) / plain;
}
