// The image front end against PIL and torchvision, bit for bit.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fitFrame, referenceUnreadableFrame } from '../../src/engine/preprocess/frame.ts';
import { normaliseFrames } from '../../src/shared/signal/frameInput.ts';
import { bytesOf, compare, filesMatching, has, json } from './fixtures.ts';

const names = filesMatching(/^image\/.*\.png$/).map((file) => file.slice('image/'.length, -'.png'.length));
const transformed = names.filter((name) => has(`image/${name}.u8.bin`) || has(`image/${name}.bin`));

async function pixelsOf(name: string): Promise<{ data: Buffer; width: number; height: number; channels: number }> {
  const { data, info } = await sharp(bytesOf(`image/${name}.png`))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, ...info };
}

describe('image transform', () => {
  it.each(transformed)('%s', async (name) => {
    const { data, width, height, channels } = await pixelsOf(name);
    expect(channels).toBe(3);
    const frame = fitFrame(data, width, height);
    const planar = Uint8Array.from(
      frame,
      (_, i) => frame[(i % (224 * 224)) * 3 + Math.floor(i / (224 * 224))] as number,
    );
    if (has(`image/${name}.u8.bin`)) compare(planar, `image/${name}.u8.bin`);
    if (has(`image/${name}.bin`)) compare(normaliseFrames(frame), `image/${name}.bin`);
  });

  it('knows what the reference makes of pictures that are not RGB', async () => {
    const facts = json('image/facts.json') as Record<string, { out_min?: number; out_max?: number; shape?: number[] }>;
    for (const name of names.filter((each) => !transformed.includes(each))) {
      const { channels } = await sharp(bytesOf(`image/${name}.png`)).metadata();
      const { out_min, out_max, shape } = facts[name] ?? {};
      const constant = referenceUnreadableFrame();
      expect(channels, `${name} is not RGB`).not.toBe(3);
      expect([constant.length, Math.min(...constant.slice(0, 9)), Math.max(...constant.slice(-9))]).toEqual([
        shape?.reduce((n, d) => n * d, 1),
        out_min,
        out_max,
      ]);
    }
  });
});
