import { expect, test } from 'vitest';
import { VisibleClips } from '../../../../../src/engine/procedures/inputs/visibleClips.ts';

test('what is looked at goes first, the last look before earlier ones, then the rest in order', () => {
  const visible = new VisibleClips();
  const waiting = new Map([1, 2, 3, 4, 5, 6].map((id) => [id, `clip ${id}`]));
  const took = [visible.takeNext(waiting)];
  visible.add([4, 99]);
  took.push(visible.takeNext(waiting));
  visible.add([3, 6]);
  while (waiting.size) took.push(visible.takeNext(waiting));
  expect(took).toEqual([1, 4, 3, 6, 2, 5].map((id) => `clip ${id}`));
  expect(visible.takeNext(waiting)).toBeUndefined();
  expect(new VisibleClips().takeNext(new Map([[7, 'other']]))).toBe('other');
});
