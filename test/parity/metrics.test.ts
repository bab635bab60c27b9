// Evaluation figures against scikit-learn 1.2 as the reference calls it, and retrieval against its compute_metrics.
import { describe, expect, it } from 'vitest';
import { cosineMatrix, retrievalScore } from '../../src/engine/training/metrics/retrieval.ts';
import { referenceStats } from '../../src/engine/training/metrics/referenceStats.ts';
import { compare, compareValue, entryOf, has, json, tensor } from './fixtures.ts';

interface Expected {
  mAP: number;
  mAUC: number;
  d_prime: number;
  acc: number;
  AP: number[];
  auc: number[];
}
interface Direction {
  R1: number;
  R5: number;
  R10: number;
  MedR: number;
  entries_counted: number;
  ranks_0based: number[];
}

describe.runIf(has('metrics/result.json'))('metrics', () => {
  const cases = (has('metrics/result.json') ? json('metrics/result.json').cases : {}) as Record<string, Expected>;
  it.each(Object.keys(cases))('%s', (name) => {
    const scores = tensor(`metrics/${name}.logits.bin`);
    const stats = referenceStats(scores.data, tensor(`metrics/${name}.target.bin`).data, scores.shape[1]!);
    const expected = cases[name]!;
    const check = (actual: number, wanted: number, what: string) =>
      compareValue(actual, wanted, 'metrics/result.json', { rtol: 1e-6, atol: 1e-12 }, `${name} ${what}`);
    check(stats.mAP, expected.mAP, 'mAP');
    check(stats.mAUC, expected.mAUC, 'mAUC');
    check(stats.dPrime, expected.d_prime, 'd prime');
    check(stats.accuracy, expected.acc, 'accuracy');
    expected.AP.forEach((ap, k) => check(stats.averagePrecision[k]!, ap, `AP of class ${k}`));
    expected.auc.forEach((auc, k) => check(stats.auc[k]!, auc, `AUC of class ${k}`));
  });
});

describe.runIf(has('retrieval/result.json'))('retrieval', () => {
  const cases = (has('retrieval/result.json') ? json('retrieval/result.json') : {}) as Record<
    string,
    { audio_to_video: Direction; video_to_audio: Direction }
  >;
  it.each(Object.keys(cases))('%s', (name) => {
    const [a, v] = [tensor(`retrieval/${name}.a.bin`), tensor(`retrieval/${name}.v.bin`)];
    const count = a.shape[0]!;
    compare(cosineMatrix(a.data, v.data, a.shape[1]!), `retrieval/${name}.sim.bin`);
    // Ranks are taken from the stored similarities: among exact ties the last bit decides.
    const similarity = tensor(`retrieval/${name}.sim.bin`).data;
    expect(entryOf(`retrieval/${name}.sim.bin`).shape).toEqual([count, count]);
    for (const [direction, transposed] of [
      ['audio_to_video', false],
      ['video_to_audio', true],
    ] as const) {
      const expected = cases[name]![direction];
      const score = retrievalScore(similarity, count, transposed);
      const check = (actual: number, wanted: number, what: string) =>
        compareValue(actual, wanted, 'retrieval/result.json', { atol: 1e-9 }, `${name} ${direction} ${what}`);
      check(score.ranks.length, expected.entries_counted, 'entries counted');
      check(score.r1, expected.R1, 'R@1');
      check(score.r5, expected.R5, 'R@5');
      check(score.r10, expected.R10, 'R@10');
      check(score.medianRank, expected.MedR, 'median rank');
      expect(score.ranks).toEqual(expected.ranks_0based);
    }
  });
});
