import { expect, test } from 'vitest';
import { openWorkspace } from './openWorkspace.ts';

test('a damaged setting counts as not set, is told by the check and forgotten by repair', () => {
  const workspace = openWorkspace();
  workspace.settings.set('embeddingSet', 1);
  workspace.db.prepare("UPDATE setting SET value = 'garbage{' WHERE key = 'embeddingSet'").run();
  expect(workspace.settings.get('embeddingSet')).toBeNull();
  expect(workspace.vectors.current()).toBeNull();
  expect(workspace.check().problems).toEqual(['the setting embeddingSet cannot be read and counts as not set']);
  expect(workspace.repair().ok).toBe(true);
  workspace.settings.set('embeddingSet', 99);
  expect(workspace.vectors.current()).toBeNull();
});
