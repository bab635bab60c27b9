import { expect, it } from 'vitest';
import { isOutOfMemory } from '../../../../src/engine/base/outOfMemory.ts';

it.each([
  new Error('OOM when allocating tensor with shape[64,196,768]'),
  new Error('ResourceExhausted: failed to allocate memory'),
  'terminate called after throwing an instance of std::bad_alloc',
  'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
])('knows a lack of memory from %s', (failure) => expect(isOutOfMemory(failure)).toBe(true));

it('takes no other failure for one', () => {
  expect(isOutOfMemory(new Error('shapes [2, 3] and [3, 3] do not match'))).toBe(false);
  expect(isOutOfMemory('exited with code 1')).toBe(false);
});
