import { describe, expect, it } from 'vitest';
import { classCounts, trainingData } from '../../../../../src/engine/training/data/trainingData.ts';

const classes = [
  { classId: 1, name: 'drum' },
  { classId: 2, name: 'bell' },
];
/** One recording of 1,000 s in windows of ten seconds that begin every `hopS`; the classes alternate. */
const labelled = (hopS: number, mediaId = 1) =>
  Array.from({ length: Math.floor(990 / hopS) }, (_, n) => ({
    clipId: mediaId * 1000 + n,
    mediaId,
    startS: n * hopS,
    endS: n * hopS + 10,
    classId: 1 + (n % 2),
    value: 'positive' as const,
  }));
const options = { multiLabel: false, testShare: 0.2, seed: 3 };

describe('hold-out', () => {
  it('by recordings has nothing to hold out of one recording', () => {
    const data = trainingData(labelled(10), classes, options);
    expect(data.held.some(Boolean)).toBe(false);
    expect(data.warnings.join()).toMatch(/come from one file/);
  });

  it('by blocks of time holds out the wanted share in whole blocks, and says what that leaves open', () => {
    const data = trainingData(labelled(10), classes, { ...options, holdOut: 'time' });
    expect(data.held.filter(Boolean)).toHaveLength(20);
    expect(new Set(data.sources).size).toBe(10);
    // Whole blocks: no source lies on both sides.
    const sides = new Map(data.sources.map((source, n) => [source, data.held[n]]));
    expect(data.sources.every((source, n) => sides.get(source) === data.held[n])).toBe(true);
    expect(classCounts(data).map(({ test }) => test)).toEqual([10, 10]);
    expect(data.warnings).toEqual([expect.stringMatching(/blocks of time of the same recordings/)]);
  });

  it('by blocks of time leaves out what overlaps a held-out clip, and tells how many', () => {
    const all = labelled(5);
    const data = trainingData(all, classes, { ...options, holdOut: 'time' });
    const at = new Map(all.map((one) => [one.clipId, one]));
    const [held, learnt] = [true, false].map((side) =>
      data.clipIds.filter((_, n) => data.held[n] === side).map((clipId) => at.get(clipId)!),
    );
    expect(held!.length).toBeGreaterThan(20);
    for (const one of learnt!)
      expect(held!.some((other) => other.startS < one.endS && one.startS < other.endS)).toBe(false);
    expect(data.clipIds.length).toBeLessThan(all.length);
    expect(data.warnings.join()).toMatch(new RegExp(`^${all.length - data.clipIds.length} clips overlap`));
  });

  it('by blocks of time makes blocks of at least a minute, and none across recordings', () => {
    const short = [...labelled(10, 1).slice(0, 9), ...labelled(10, 2).slice(0, 9)];
    const data = trainingData(short, classes, { ...options, holdOut: 'time' });
    expect(new Set(data.sources).size).toBe(4);
  });
});
