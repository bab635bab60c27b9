import { describe, expect, it } from 'vitest';
import { clipsOfClass } from '../../../../../src/renderer/src/features/training/clipsOfClass.ts';
import { fileNameFor } from '../../../../../src/renderer/src/features/training/exportChoices.ts';

describe('clips behind the scores of a class', () => {
  it('come from its row and its column of the matrix', () => {
    const classes = [{}, {}] as never;
    const found = clipsOfClass({ classes, confusionClips: { '0,0': [1, 2], '0,1': [3], '1,0': [4], '1,1': [5] } }, 0);
    expect(found).toEqual({ true: [1, 2, 3], predicted: [1, 2, 4], missed: [3], either: [1, 2, 3, 4] });
  });
});

describe('file names', () => {
  it('leave out what file systems refuse', () => {
    expect(fileNameFor('a/b: "c"?', 'onnx')).toBe('a b c.onnx');
    expect(fileNameFor('…', 'folder')).toBe('…');
    expect(fileNameFor('///', 'csv')).toBe('classifier predictions.csv');
  });
});
