// Event-based scores as sed_eval counts them (Mesaros, Heittola, Virtanen 2016, "Metrics for polyphonic sound event
// detection").
import type { Span } from './timedSpan.ts';

/** Onset within `collarS`, offset within max(`collarS`, `share` of the marked length). */
export const scoring = { collarS: 0.2, share: 0.2 };

export interface Matching {
  /** Index of the detection that each event matches, -1 where it is missed. */
  ofEvent: Int32Array;
  /** Index of the event that each detection matches, -1 for a false alarm. */
  ofDetection: Int32Array;
}
export interface Counts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}
export interface Rate {
  precision: number;
  recall: number;
  f1: number;
}

const matches = (event: Span, detection: Span): boolean =>
  event.classIndex === detection.classIndex &&
  Math.abs(event.onsetS - detection.onsetS) <= scoring.collarS &&
  Math.abs(event.offsetS - detection.offsetS) <=
    Math.max(scoring.collarS, scoring.share * (event.offsetS - event.onsetS));

/** Matches events and detections of one recording, each at most once, nearest onsets first. */
export function matchEvents(events: readonly Span[], detections: readonly Span[]): Matching {
  const ofEvent = new Int32Array(events.length).fill(-1);
  const ofDetection = new Int32Array(detections.length).fill(-1);
  const order = [...detections.keys()].toSorted((a, b) => detections[a]!.onsetS - detections[b]!.onsetS);
  const onsets = order.map((k) => detections[k]!.onsetS);
  const pairs: [number, number, number][] = [];
  for (const [i, event] of events.entries()) {
    for (let at = lowerBound(onsets, event.onsetS - scoring.collarS); at < order.length; at++) {
      const k = order[at]!;
      if (onsets[at]! > event.onsetS + scoring.collarS) break;
      if (matches(event, detections[k]!)) pairs.push([Math.abs(event.onsetS - onsets[at]!), i, k]);
    }
  }
  for (const [, i, k] of pairs.toSorted((a, b) => a[0] - b[0])) {
    if (ofEvent[i] !== -1 || ofDetection[k] !== -1) continue;
    ofEvent[i] = k;
    ofDetection[k] = i;
  }
  return { ofEvent, ofDetection };
}

/** First index whose value is at least `value`. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function countMatches({ ofEvent, ofDetection }: Matching): Counts {
  const missed = ofEvent.reduce((sum, k) => sum + (k === -1 ? 1 : 0), 0);
  const wrong = ofDetection.reduce((sum, i) => sum + (i === -1 ? 1 : 0), 0);
  return { truePositives: ofEvent.length - missed, falsePositives: wrong, falseNegatives: missed };
}

export const addCounts = (a: Counts, b: Counts): Counts => ({
  truePositives: a.truePositives + b.truePositives,
  falsePositives: a.falsePositives + b.falsePositives,
  falseNegatives: a.falseNegatives + b.falseNegatives,
});

/** Precision, recall and F1; 0 where there is nothing to divide by. */
export function rateOf({ truePositives, falsePositives, falseNegatives }: Counts): Rate {
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return {
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}

/** Segment-based counts: per second of the recording and class, active or not (sed_eval's default resolution). */
export function segmentCounts(events: readonly Span[], detections: readonly Span[], segmentS = 1): Counts {
  const active = (spans: readonly Span[]): Set<string> => {
    const cells = new Set<string>();
    for (const { classIndex, onsetS, offsetS } of spans)
      for (
        let s = Math.floor(onsetS / segmentS);
        s < Math.max(offsetS / segmentS, Math.floor(onsetS / segmentS) + 1e-9);
        s++
      )
        cells.add(`${classIndex} ${s}`);
    return cells;
  };
  const [marked, found] = [active(events), active(detections)];
  const truePositives = [...found].filter((cell) => marked.has(cell)).length;
  return {
    truePositives,
    falsePositives: found.size - truePositives,
    falseNegatives: marked.size - truePositives,
  };
}
