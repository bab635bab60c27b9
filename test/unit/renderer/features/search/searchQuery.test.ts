import { describe, expect, it } from 'vitest';
import {
  mostExamples,
  queryTitle,
  retrieveInput,
  settled,
  similarInput,
  withExamples,
  withoutExample,
} from '../../../../../src/renderer/src/features/search/searchQuery.ts';
import type { SearchQuery } from '../../../../../src/renderer/src/features/search/searchQuery.ts';

const query: SearchQuery = { like: [1, 2], unlike: [3], by: 'joint', blend: 0.25 };
const nameOf = (clipId: number): string | undefined => (clipId === 1 ? 'bell.mp4' : undefined);

describe('examples', () => {
  it('keep a clip on one side only', () => {
    expect(withExamples(query, 'like', [3, 1])).toMatchObject({ like: [1, 2, 3], unlike: [] });
    expect(withExamples(query, 'unlike', [2])).toMatchObject({ like: [1], unlike: [3, 2] });
  });
  it('are bounded, and what did not fit stays on the other side', () => {
    const full = withExamples({ ...query, like: Array.from({ length: mostExamples }, (_, i) => i + 10) }, 'like', [3]);
    expect(full.like).toHaveLength(mostExamples);
    expect(full.unlike).toEqual([3]);
  });
  it('are taken away from whichever side', () => {
    expect(withoutExample(query, 3).unlike).toEqual([]);
    expect(withoutExample(query, 1).like).toEqual([2]);
  });
});

describe('similarInput', () => {
  it('asks nothing without something to be like', () =>
    expect(similarInput({ ...query, like: [] }, null, 20, null)).toBeNull());
  it('gives a space, or a blend instead of it', () => {
    expect(similarInput(query, null, 20, {})).toEqual({ positives: [1, 2], negatives: [3], k: 20, space: 'joint' });
    expect(similarInput({ ...query, by: 'blend' }, null, 20, null)).toEqual({
      positives: [1, 2],
      negatives: [3],
      k: 20,
      blend: 0.25,
    });
  });
  it('takes a file alone, and a filter', () => {
    expect(similarInput({ ...query, like: [], unlike: [], by: 'audio' }, '/a.wav', 5, { kinds: ['video'] })).toEqual({
      positives: [],
      negatives: [],
      k: 5,
      space: 'audio',
      file: '/a.wav',
      filter: { kinds: ['video'] },
    });
  });
});

describe('queryTitle', () => {
  it.each([
    [{ ...query, like: [1], unlike: [] }, null, 'Like bell.mp4'],
    [query, null, 'Like 2 clips, unlike 1 clip'],
    [{ ...query, like: [] }, 'your recording', 'Like your recording, unlike 1 clip'],
    [{ ...query, unlike: [] }, 'dog.wav', 'Like dog.wav and 2 clips'],
  ] as const)('%#', (asked, outside, expected) => expect(queryTitle(asked, outside, nameOf)).toBe(expected));
});

describe('across sound and picture', () => {
  const alone: SearchQuery = { like: [], unlike: [], by: 'a2v', blend: 0.5 };
  it('is asked only with one thing from outside', () => {
    expect(retrieveInput(alone, '/tmp/a.wav', 20)).toEqual({ file: '/tmp/a.wav', direction: 'a2v', k: 20 });
    expect(retrieveInput(alone, null, 20)).toBeNull();
    expect(retrieveInput({ ...alone, by: 'audio' }, '/tmp/a.wav', 20)).toBeNull();
    expect(retrieveInput({ ...alone, like: [1] }, '/tmp/a.wav', 20)).toBeNull();
  });
  it('goes back to comparing by both where there is more', () => {
    expect(settled(alone, true).by).toBe('a2v');
    expect(settled(alone, false).by).toBe('joint');
    expect(settled({ ...alone, unlike: [4] }, true).by).toBe('joint');
    expect(settled({ ...alone, by: 'visual' }, false).by).toBe('visual');
  });
});
