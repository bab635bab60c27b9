import { expect, test } from 'vitest';
import { lookAt, takeNext } from '../../../../../src/engine/procedures/inputs/visibleClips.ts';

test('what is looked at goes first, the last look before earlier ones, then the rest in order', () => {
  const workspace = {};
  const waiting = new Map([1, 2, 3, 4, 5, 6].map((id) => [id, `clip ${id}`]));
  const took = [takeNext(workspace, waiting)];
  lookAt(workspace, [4, 99]);
  took.push(takeNext(workspace, waiting));
  lookAt(workspace, [3, 6]);
  while (waiting.size) took.push(takeNext(workspace, waiting));
  expect(took).toEqual([1, 4, 3, 6, 2, 5].map((id) => `clip ${id}`));
  expect(takeNext(workspace, waiting)).toBeUndefined();
  expect(takeNext({}, new Map([[7, 'other']]))).toBe('other');
});
