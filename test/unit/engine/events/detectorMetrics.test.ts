import { expect, it } from 'vitest';
import { detectorMetrics } from '../../../../src/engine/events/detectorMetrics.ts';

it('names the events behind every figure: missed, by confidence, by error of the onset, and false alarms', () => {
  const spans = [0, 1, 2].map((k) => ({
    eventId: 10 + k,
    classIndex: 0,
    onsetS: 10 * k,
    offsetS: 10 * k + 1,
    value: 'positive' as const,
  }));
  const detections = [
    { classIndex: 0, onsetS: 0.03, offsetS: 1, confidence: 0.97 },
    { classIndex: 0, onsetS: 9.95, offsetS: 11, confidence: 0.62 },
    { classIndex: 0, onsetS: 40, offsetS: 41, confidence: 0.3 },
  ];
  const recording = { mediaId: 7, durationS: 60, complete: true, spans };
  const metrics = detectorMetrics(
    [{ modality: 'audio', folds: 1, recordings: [{ recording, detections }] }],
    [{ classId: 3, name: 'call' }],
    { seconds: 1, warnings: [] },
  );
  expect(metrics.heard).toMatchObject({ truePositives: 2, falsePositives: 1, falseNegatives: 1 });
  expect(metrics.heard!.micro.f1).toBeCloseTo(2 / 3);
  expect(metrics.classes[0]).toMatchObject({ missedIds: [12], falseAlarms: [{ mediaId: 7, onsetS: 40 }] });
  const behind = metrics.byConfidence.filter(({ ids }) => ids.length > 0);
  expect(behind.map(({ confidence, ids }) => [confidence, ids])).toEqual([
    [0.6, [11]],
    [0.95, [10]],
  ]);
  expect(metrics.byConfidence[7]).toMatchObject({ precision: 1, detections: 2 });
  const errors = metrics.onsetErrors.filter(({ ids }) => ids.length > 0);
  expect(errors.map(({ fromS, ids }) => [Number(fromS.toFixed(2)), ids])).toEqual([
    [-0.06, [11]],
    [0.02, [10]],
  ]);
});
