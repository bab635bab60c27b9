import { describe, expect, it } from 'vitest';
import { deviceProblem, meterLevel } from '../../../../../src/renderer/src/features/search/recordSound.ts';
import { chance, ownRank, shareText } from '../../../../../src/renderer/src/features/search/retrievalText.ts';

describe('retrieval in words', () => {
  it('sets figures beside what guessing would reach', () => {
    expect(chance(100)).toEqual({ r1: 0.01, r5: 0.05, r10: 0.1, medianRank: 50.5 });
    expect(chance(4)).toEqual({ r1: 0.25, r5: 1, r10: 1, medianRank: 2.5 });
    expect(chance(0).r1).toBe(0);
  });
  it('prints no more digits than the collection can tell', () => {
    expect(shareText(0.125, 8)).toBe('13 %');
    expect(shareText(0.0125, 1200)).toBe('1.3 %');
  });
  it('finds the place of the clip’s own partner', () => {
    expect(ownRank([{ clipId: 7 }, { clipId: 3 }], 3)).toBe(2);
    expect(ownRank([{ clipId: 7 }], 3)).toBeNull();
  });
});

describe('recording', () => {
  it('shows silence as nothing, full scale as all, and half of the decibels as half', () => {
    expect(meterLevel(new Float32Array(16))).toBe(0);
    expect(meterLevel(new Float32Array(16).fill(1))).toBe(1);
    expect(meterLevel(new Float32Array(16).fill(10 ** (-30 / 20)))).toBeCloseTo(0.5, 5);
  });
  it('says what to do about a device that cannot be used', () => {
    expect(deviceProblem(Object.assign(new Error('x'), { name: 'NotAllowedError' }), 'microphone')).toContain(
      'Allow it',
    );
    expect(deviceProblem(Object.assign(new Error('x'), { name: 'NotFoundError' }), 'camera')).toContain('No camera');
    expect(deviceProblem(new Error('boom'), 'camera')).toBe('boom');
  });
});
