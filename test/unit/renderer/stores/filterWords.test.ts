import { expect, it } from 'vitest';
import { clipFilter } from '../../../../src/shared/contract/clip.ts';
import { filterWords } from '../../../../src/renderer/src/stores/filterWords.ts';

const names = { className: (id: number) => `class ${id}`, rootName: (id: number) => `folder ${id}` };

it('names every criterion that can hide clips, each with what removes it', () => {
  expect(filterWords({ text: 'bell', classIds: [1, 2], labelled: false }, names)).toEqual([
    { field: 'text', text: '“bell”' },
    { field: 'classIds', text: 'class 1 or class 2' },
    { field: 'labelled', text: 'not labelled yet' },
  ]);
  expect(filterWords({ query: 'site = north' }, names)).toEqual([{ field: 'query', text: 'site = north' }]);
  const every = {
    text: 'a',
    query: 'site = north',
    clipIds: [1],
    mediaIds: [1],
    rootIds: [1],
    kinds: ['video'],
    badges: ['silent'],
    classIds: [1],
    labelled: true,
    uncertain: true,
    predictedClassIds: [0],
    confidence: [0, 0.5],
    durationS: [1, 2],
    clusters: [0],
    embedded: true,
    scores: { error: [0, 1] },
    mistaken: 'disagrees',
  };
  const named = new Set(filterWords(every as never, names).map(({ field }) => field));
  const unnamed = Object.keys(clipFilter.shape).filter((field) => !named.has(field as never));
  // Which schema and classifier are meant goes without saying.
  expect(unnamed.toSorted()).toEqual(['classifierId', 'schemaId']);
});
