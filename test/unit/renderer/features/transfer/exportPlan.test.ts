import { expect, test } from 'vitest';
import {
  exportFormats,
  exportName,
  underExports,
} from '../../../../../src/renderer/src/features/transfer/exportPlan.ts';
import { formatTexts } from '../../../../../src/renderer/src/features/transfer/labelFormatTexts.ts';
import { labelFormat } from '../../../../../src/shared/contract/annotation.ts';

test('every format of labels that the engine writes is offered, with its usual ending', () => {
  expect(exportFormats.labels.map(({ value }) => value).toSorted()).toEqual([...labelFormat.options].toSorted());
  expect(formatTexts.filter(({ reads }) => !reads).map(({ value }) => value)).toEqual(['parquet', 'fiftyone']);
  expect(exportName('labels', { ending: '.csv' }, new Date(2026, 10, 6, 8, 5))).toBe('labels 2026-11-06 0805.csv');
});

test.each([
  ['/home/ada/studio', '/home/ada/studio/exports/a b/clips.csv', 'a b/clips.csv'],
  ['C:\\Users\\ada\\studio', 'C:\\Users\\ada\\studio\\exports\\joint.npy', 'joint.npy'],
  ['/home/ada/studio', '/home/ada/studio exports/x.csv', null],
  ['/home/ada/studio', '/tmp/x.csv', null],
])('of the workspace %s the file %s is saved as %s', (workspace, file, path) =>
  expect(underExports(workspace, file)).toBe(path),
);
