import { describe, expect, it } from 'vitest';
import { mergeQueue } from '../../../../../src/renderer/src/features/labelling/mergeQueue.ts';
import { missingFor, queueKinds } from '../../../../../src/renderer/src/features/labelling/queueKinds.ts';

const list = (clipIds: number[], because: string) => ({
  title: 'Uncertain',
  clipIds,
  reasons: new Map(clipIds.map((clipId) => [clipId, `${because} ${clipId}`])),
});

describe('a queue made anew behind a person', () => {
  it('keeps what was passed, replaces what is ahead, repeats nothing', () => {
    const merged = mergeQueue(list([1, 2, 3, 4, 5], 'old'), list([7, 2, 8, 5, 9], 'new'), 3);
    expect(merged.clipIds).toEqual([1, 2, 3, 7, 8]);
    expect([1, 7].map((clipId) => merged.reasons?.get(clipId))).toEqual(['old 1', 'new 7']);
  });
  it('is the fresh one without a place in the old', () => {
    const fresh = list([7, 8], 'new');
    expect(mergeQueue(list([1, 2], 'old'), fresh, 9)).toBe(fresh);
    expect(mergeQueue(list([1, 2], 'old'), fresh, null)).toBe(fresh);
    expect(mergeQueue(null, fresh, 1)).toBe(fresh);
  });
  it('stays where it is at the end', () => {
    expect(mergeQueue(list([1, 2, 3], 'old'), list([7, 8, 9], 'new'), 3).clipIds).toEqual([1, 2, 3]);
  });
});

describe('what a queue still needs', () => {
  const all = { embedded: 100, labels: 20, classId: 1, classLabels: 4, refused: false };
  it('is nothing when all is there', () => {
    for (const { value } of queueKinds) expect(missingFor({ kind: value, ...all })).toBeNull();
  });
  it('is embeddings before labels before a class before its first example', () => {
    expect(missingFor({ kind: 'diverse', ...all, embedded: 0, labels: 0 })).toBe('embeddings');
    expect(missingFor({ kind: 'diverse', ...all, labels: 0 })).toBeNull();
    for (const kind of ['uncertain', 'disagreement', 'mislabelled', 'rare'] as const)
      expect(missingFor({ kind, ...all, labels: 0 })).toBe('labels');
    expect(missingFor({ kind: 'rare', ...all, classId: null, classLabels: 0 })).toBe('class');
    expect(missingFor({ kind: 'rare', ...all, classLabels: 0 })).toBe('examples');
  });
  it('is scores where the engine refused for lack of them', () => {
    expect(missingFor({ kind: 'suspect', ...all, refused: true })).toBe('correspondence');
    expect(missingFor({ kind: 'anomaly', ...all, refused: true })).toBe('errors');
    expect(missingFor({ kind: 'anomaly', ...all, refused: true, embedded: 0 })).toBe('embeddings');
  });
});
