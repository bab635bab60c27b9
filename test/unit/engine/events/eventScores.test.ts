import { expect, it } from 'vitest';
import { calibrated, fitCalibration } from '../../../../src/engine/events/calibration.ts';
import { decodeEvents, type Decision } from '../../../../src/engine/events/decodeEvents.ts';
import { countMatches, matchEvents, rateOf, segmentCounts } from '../../../../src/engine/events/eventScores.ts';
import { absent, frameStates, present, unknown } from '../../../../src/engine/events/frameStates.ts';

const span = (classIndex: number, onsetS: number, offsetS: number) => ({ classIndex, onsetS, offsetS });

it('matches as sed_eval does: onset within 0.2 s, offset within a fifth of the length, each event once', () => {
  const events = [span(0, 1, 2), span(1, 5, 15), span(0, 20, 20.5)];
  const found = [span(0, 1.19, 2.19), span(0, 1.1, 2), span(1, 5.1, 16.9), span(1, 20, 20.5), span(0, 30, 31)];
  const matching = matchEvents(events, found);
  expect([...matching.ofEvent]).toEqual([1, 2, -1]);
  const counts = countMatches(matching);
  expect(counts).toEqual({ truePositives: 2, falsePositives: 3, falseNegatives: 1 });
  expect(rateOf(counts).f1).toBeCloseTo(0.5);
  expect(countMatches(matchEvents([span(0, 1, 2)], [span(0, 1.21, 2)])).truePositives).toBe(0);
});

it('counts active seconds by class', () => {
  expect(segmentCounts([span(0, 0.5, 2.5)], [span(0, 1.2, 3.5)])).toEqual({
    truePositives: 2,
    falsePositives: 1,
    falseNegatives: 1,
  });
});

const decision: Decision = {
  exclusive: true,
  softmax: true,
  smoothS: 0,
  high: 0.6,
  low: 0.3,
  leastS: 0.2,
  gapS: 0.15,
  onsetShiftS: 0,
  offsetShiftS: 0,
};

it('begins above the high threshold, lasts above the low one, closes gaps, drops short ones and cuts where the class changes', () => {
  // Frames of 0.1 s of two classes and nothing.
  const rows = [
    ...Array.from({ length: 3 }, () => [0.35, 0, 0.65]),
    ...Array.from({ length: 5 }, () => [0.9, 0, 0.1]),
    [0.1, 0, 0.9],
    ...Array.from({ length: 4 }, () => [0.9, 0, 0.1]),
    ...Array.from({ length: 12 }, () => [0, 0.9, 0.1]),
    ...Array.from({ length: 5 }, () => [0, 0, 1]),
    [0, 0.9, 0.1],
    ...Array.from({ length: 5 }, () => [0, 0, 1]),
  ];
  const found = decodeEvents(Float32Array.from(rows.flat()), 2, 0.1, decision);
  expect(found.map(({ classIndex, onsetS, offsetS }) => [classIndex, onsetS.toFixed(1), offsetS.toFixed(1)])).toEqual([
    [0, '0.0', '1.3'],
    [1, '1.3', '2.5'],
  ]);
});

it('knows unmarked time as negative only in complete recordings, and beside a mark for its own class', () => {
  const spans = [{ eventId: 1, classIndex: 0, onsetS: 1, offsetS: 2, value: 'positive' as const }];
  const times = [0.5, 0.9, 1.5, 2.1, 3, 9];
  const states = (complete: boolean) => {
    const out = new Int8Array(times.length * 2);
    frameStates({ mediaId: 1, durationS: 5, complete, spans }, times, 2, 0.02, out);
    return [...out];
  };
  expect(states(false)).toEqual([
    unknown,
    unknown,
    absent,
    unknown,
    present,
    unknown,
    absent,
    unknown,
    unknown,
    unknown,
    unknown,
    unknown,
  ]);
  expect(states(true)).toEqual([
    absent,
    absent,
    absent,
    absent,
    present,
    absent,
    absent,
    absent,
    absent,
    absent,
    unknown,
    unknown,
  ]);
});

it('calibrates scores that are too sure, and finds the threshold that pays', () => {
  const judged = Array.from({ length: 400 }, (_, i) => ({
    score: i < 200 ? 0.95 : 0.6,
    correct: i < 200 ? i % 5 !== 0 : i % 10 === 0,
  }));
  const calibration = fitCalibration(judged, 10);
  expect(calibrated(calibration, 0.95)).toBeCloseTo(0.8, 1);
  expect(calibrated(calibration, 0.6)).toBeLessThan(0.25);
  expect(calibration.least).toBeGreaterThan(0.5);
});
