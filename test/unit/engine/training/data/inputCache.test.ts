import { expect, it } from 'vitest';
import type { ClipInput } from '../../../../../src/engine/inference/clipInput.ts';
import { InputCache } from '../../../../../src/engine/training/data/inputCache.ts';

const clip = (path: string) => ({ clipId: 1, path, source: 1, name: path });
const input: ClipInput = { fbank: new Float32Array(25), frames: null };

it('keeps what fits, reads ahead once, and tries again what failed', async () => {
  const reads: string[] = [];
  let broken = true;
  const cache = new InputCache(async (path) => {
    reads.push(path);
    if (path === 'bad' && broken) throw new Error('gone');
    return input;
  }, 200);
  cache.prefetch([clip('a'), clip('b'), clip('bad')]);
  for (const name of ['a', 'b', 'a', 'b', 'c', 'c']) await cache.get(clip(name));
  // Two inputs of 100 bytes fit in 200: the third is read every time.
  expect(reads.filter((name) => name !== 'bad')).toEqual(['a', 'b', 'c', 'c']);
  await expect(cache.get(clip('bad'))).rejects.toThrow('gone');
  broken = false;
  expect(await cache.get(clip('bad'))).toBe(input);
});
