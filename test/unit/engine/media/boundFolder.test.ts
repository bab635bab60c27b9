import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundFolder, inputCacheBytes } from '../../../../src/engine/media/boundFolder.ts';

test('the least recently used go first, and only as many as needed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bound-'));
  try {
    for (let k = 0; k < 10; k++) {
      writeFileSync(join(folder, `f${k}`), Buffer.alloc(100));
      utimesSync(join(folder, `f${k}`), 1000 + ((k * 7) % 10), 1000 + ((k * 7) % 10));
    }
    expect(await boundFolder(folder, 1000)).toBe(0);
    expect(await boundFolder(folder, 600)).toBe(5);
    // Age order is f0, f3, f6, f9, f2, f5, …
    expect(readdirSync(folder).sort()).toEqual(['f1', 'f4', 'f5', 'f7', 'f8']);
    expect(await boundFolder(join(folder, 'none'), 1)).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the bound is 8 GB unless the environment says otherwise', () => {
  expect(inputCacheBytes({})).toBe(8 * 1024 ** 3);
  expect(inputCacheBytes({ CAVMAE_INPUT_CACHE_GB: '0.5' })).toBe(0.5 * 1024 ** 3);
  expect(inputCacheBytes({ CAVMAE_INPUT_CACHE_GB: 'lots' })).toBe(8 * 1024 ** 3);
});
