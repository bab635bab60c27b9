import { expect, it } from 'vitest';
import { isInside } from '../../../../src/engine/base/isInside.ts';

it.each([
  ['/a/cat', '/a/cat', true],
  ['/a/cat', '/a/cat/x.mp4', true],
  ['/a/cat/', '/a/cat/b/x.mp4', true],
  ['/a/cat', '/a/cats/x.mp4', false],
  ['/a/cat', '/a', false],
  ['/a/cat', '/a/cat/../dog', false],
  ['/a/cat', '/a/cat/..x', true],
  ['/', '/a', true],
])('%s holds %s: %s', (folder, file, inside) => {
  expect(isInside(folder, file)).toBe(inside);
});
