import { expect, test } from 'vitest';
import { folderClassOf } from '../../../../../src/engine/procedures/importing/folderLabels.ts';

test('a folder whose name begins like an imported one gives no label', () => {
  const imported = new Set(['/a/cat', '/']);
  expect(folderClassOf('/a/cats/x.mp4', new Set(['/a/cat']))).toBeNull();
  expect(folderClassOf('/a/cat/tabby/x.mp4', imported)).toBe('tabby');
  expect(folderClassOf('/a/cat/x.mp4', imported)).toBeNull();
  expect(folderClassOf('/b/x.mp4', new Set(['/']))).toBe('b');
});
