// The decision that finds the most events in recordings the networks were not trained on: a coordinate search over its settings.
import { addCounts, countMatches, matchEvents, rateOf, type Counts } from './eventScores.ts';
import { decodeEvents, type Decision } from './decodeEvents.ts';
import type { LabelledRecording, Span } from './timedSpan.ts';

/** Scores of one recording by networks that had not seen it. */
export interface HeldOut {
  recording: LabelledRecording;
  /** [T, K + 1] */
  scores: Float32Array;
}

const steps: { [K in keyof Decision]?: number[] } = {
  smoothS: [0, 0.04, 0.06, 0.1, 0.14, 0.2, 0.3, 0.5],
  high: [0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85],
  low: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
  leastS: [0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.3, 0.5, 1],
  gapS: [0, 0.06, 0.1, 0.16, 0.24, 0.4, 0.8],
  onsetShiftS: [-0.1, -0.06, -0.03, 0, 0.03, 0.06, 0.1],
  offsetShiftS: [-0.1, -0.06, -0.03, 0, 0.03, 0.06, 0.1],
};
const start: Omit<Decision, 'exclusive' | 'softmax'> = {
  smoothS: 0.1,
  high: 0.5,
  low: 0.3,
  leastS: 0.08,
  gapS: 0.1,
  onsetShiftS: 0,
  offsetShiftS: 0,
};

export const positives = (recording: LabelledRecording): Span[] =>
  recording.spans.filter(({ value }) => value === 'positive');

/** Detections of a recording that count: all where it is complete, else only those that touch something marked. */
export function countable<T extends Span>(recording: LabelledRecording, detections: readonly T[]): T[] {
  if (recording.complete) return [...detections];
  return detections.filter((one) =>
    recording.spans.some(
      ({ onsetS, offsetS, value }) => value !== 'uncertain' && onsetS < one.offsetS && offsetS > one.onsetS,
    ),
  );
}

export function countsOf(heldOut: readonly HeldOut[], classes: number, frameS: number, decision: Decision): Counts {
  return heldOut.reduce<Counts>(
    (sum, { recording, scores }) =>
      addCounts(
        sum,
        countMatches(
          matchEvents(positives(recording), countable(recording, decodeEvents(scores, classes, frameS, decision))),
        ),
      ),
    { truePositives: 0, falsePositives: 0, falseNegatives: 0 },
  );
}

/** Frames shorter or longer than speech's set the scale of the search. */
function scaled(frameS: number, recordings: readonly LabelledRecording[]): number {
  const lengths = recordings
    .flatMap((recording) => positives(recording).map(({ onsetS, offsetS }) => offsetS - onsetS))
    .toSorted((a, b) => a - b);
  const median = lengths[lengths.length >> 1] ?? 0.4;
  return Math.max(frameS / 0.04, median / 0.4);
}

/** @param exclusive classes never overlap, so both ways of deciding are tried */
export function fitDecision(
  heldOut: readonly HeldOut[],
  classes: number,
  frameS: number,
  exclusive: boolean,
): Decision {
  const scale = scaled(
    frameS,
    heldOut.map(({ recording }) => recording),
  );
  const timed = (name: string, value: number): number =>
    name.endsWith('S') ? value * (name.endsWith('ShiftS') ? Math.min(scale, 3) : scale) : value;
  const value = (decision: Decision): number => rateOf(countsOf(heldOut, classes, frameS, decision)).f1;
  let best: Decision | null = null;
  let bestScore = -1;
  for (const way of exclusive ? [true, false] : [false]) {
    let decision: Decision = { ...start, exclusive: way, softmax: exclusive };
    for (const name of Object.keys(steps) as (keyof typeof steps)[])
      decision = { ...decision, [name]: timed(name, start[name as keyof typeof start]) };
    let score = value(decision);
    for (let round = 0; round < 2; round++) {
      for (const [name, values] of Object.entries(steps)) {
        const tried = values.map((step) => {
          const candidate = { ...decision, [name]: timed(name, step) };
          return { candidate, score: candidate.low <= candidate.high ? value(candidate) : -1 };
        });
        const top = middleOfBest(tried.map((one) => one.score));
        if (tried[top]!.score > score + 1e-9) [decision, score] = [tried[top]!.candidate, tried[top]!.score];
      }
    }
    if (score > bestScore) [best, bestScore] = [decision, score];
  }
  return centred(best!, heldOut, classes, frameS);
}

/** Shifts the edges by the median error of what was found: scores forgive an error that people see. */
function centred(decision: Decision, heldOut: readonly HeldOut[], classes: number, frameS: number): Decision {
  const [onsets, offsets]: [number[], number[]] = [[], []];
  for (const { recording, scores } of heldOut) {
    const marked = positives(recording);
    const found = decodeEvents(scores, classes, frameS, decision);
    for (const [i, k] of matchEvents(marked, found).ofEvent.entries()) {
      if (k === -1) continue;
      onsets.push(found[k]!.onsetS - marked[i]!.onsetS);
      offsets.push(marked[i]!.offsetS - found[k]!.offsetS);
    }
  }
  if (onsets.length < 10) return decision;
  const middle = (errors: number[]): number => errors.toSorted((a, b) => a - b)[errors.length >> 1]!;
  return {
    ...decision,
    onsetShiftS: decision.onsetShiftS + middle(onsets),
    offsetShiftS: decision.offsetShiftS + middle(offsets),
  };
}

/** Index in the middle of the best plateau: a setting with good neighbours holds on recordings to come. */
function middleOfBest(scores: readonly number[]): number {
  const smooth = scores.map((score, i) => score + 0.25 * ((scores[i - 1] ?? score) + (scores[i + 1] ?? score)));
  return smooth.indexOf(Math.max(...smooth));
}
