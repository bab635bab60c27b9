import { expect, test } from 'vitest';
import {
  leastCalibrated,
  misrankedOfAll,
  rankedClips,
} from '../../../../../src/renderer/src/features/training/scoreClips.ts';
import type { Metrics } from '../../../../../src/shared/contract/model.ts';

const one = (
  name: string,
  misranked: [number, number][],
  ranked: [number, number, boolean][],
): Metrics['classes'][number] => ({
  classId: 1,
  name,
  support: 1,
  averagePrecision: 1,
  auc: 1,
  precision: 1,
  recall: 1,
  threshold: 0.5,
  misranked,
  ranked,
});

test('ranked clips come in their order, each with what it is', () => {
  const { clipIds, reasons } = rankedClips('bird', [
    [7, 0.934, true],
    [3, 0.5, false],
  ]);
  expect(clipIds).toEqual([7, 3]);
  expect([...reasons.values()].sort()).toEqual(['1. 93 %, is bird', '2. 50 %, not bird']);
});

test('over all classes a clip is shown once, where it stands worst', () => {
  const metrics = {
    classes: [
      one(
        'bird',
        [
          [7, 0.2],
          [3, 0.1],
        ],
        [[3, 0.9, false]],
      ),
      one('dog', [[7, 0.5]], [[7, 0.9, false]]),
    ],
  } as unknown as Metrics;
  const { clipIds, reasons } = misrankedOfAll(metrics, (k) => (k === 0 ? [7] : []));
  expect(clipIds).toEqual([7, 3]);
  expect(reasons.get(7)).toBe('not dog, above 50 % of its clips');
  expect(reasons.get(3)).toBe('not bird, above 10 % of its clips');
});

test('the least calibrated answers are those that cost most, or none', () => {
  const bin = (confidence: number, accuracy: number, count: number) => ({
    confidence,
    accuracy,
    count,
    clipIds: Array.from({ length: count }, (_, n) => n),
  });
  expect(leastCalibrated({ reliability: [bin(0.9, 0.5, 1), bin(0.7, 0.6, 9)] } as unknown as Metrics)).toMatchObject({
    title: 'Stated 70 %, right in 60 %',
  });
  expect(leastCalibrated({ reliability: [bin(0.9, 0.9, 3)] } as unknown as Metrics)).toBeNull();
});
