import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { decodeStill, probeStill } from '../../../../src/engine/media/still.ts';

const folder = mkdtempSync(join(tmpdir(), 'still-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a small file that claims more pixels than can be decoded is refused before they are', async () => {
  const bomb = join(folder, 'bomb.png');
  await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#808080' } })
    .png({ palette: true, compressionLevel: 9 })
    .toFile(bomb);
  const before = process.memoryUsage().rss;
  for (const attempt of [probeStill, decodeStill])
    await expect(attempt(bomb)).rejects.toMatchObject({
      code: 'DECODE_FAILED',
      message: expect.stringContaining('12000 × 12000'),
    });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2);
});

test('a picture is decoded whole', async () => {
  const good = join(folder, 'good.png');
  await sharp({ create: { width: 30, height: 20, channels: 3, background: '#ff0000' } }).toFile(good);
  const { picture } = await decodeStill(good);
  expect([picture.width, picture.height, picture.data.length]).toEqual([30, 20, 1800]);
});
