import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDemoClip } from '../../../../src/engine/demo/demoClip.ts';
import { demoClipCount, demoFile, makeDemo } from '../../../../src/engine/demo/makeDemo.ts';
import { families } from '../../../../src/engine/demo/families.ts';
import { nodeAvDecoder } from '../../../../src/engine/media/nodeAv/nodeAvDecoder.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const difference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

test('there are at least 12 classes and 300 clips', () => {
  expect(new Set(families.map((family) => family.name)).size).toBe(families.length);
  expect(families.length).toBeGreaterThanOrEqual(12);
  expect(demoClipCount).toBeGreaterThanOrEqual(300);
});

test.each(families.map((family) => [family.name, family] as const))(
  '%s: heard, seen, moving, and the same again from the same seed',
  async (name, family) => {
    const options = { rateHz: 16_000, sizePx: 64 };
    const [clip, again, other] = [
      makeDemoClip(family, '7', options),
      makeDemoClip(family, '7', options),
      makeDemoClip(family, '8', options),
    ];
    expect(clip.className).toBe(name);
    expect(clip.durationS).toBeGreaterThanOrEqual(3);
    expect(clip.durationS).toBeLessThanOrEqual(5);
    expect(clip.sound).toHaveLength(Math.round(clip.durationS * 16_000));
    const peak = clip.sound.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0);
    expect(peak).toBeGreaterThan(0.1);
    expect(peak).toBeLessThanOrEqual(1);
    expect(Buffer.from(again.sound.buffer).equals(Buffer.from(clip.sound.buffer))).toBe(true);
    const [at1, at2, same, elsewhere] = await Promise.all([
      clip.picture(1),
      clip.picture(1.7),
      again.picture(1),
      other.picture(1),
    ]);
    expect(at1.data).toHaveLength(64 * 64 * 3);
    expect(difference(at1.data, same.data)).toBe(0);
    expect(difference(at1.data, at2.data)).toBeGreaterThan(0.3);
    expect(difference(at1.data, elsewhere.data)).toBeGreaterThan(5);
  },
);

test('sound and picture have one cause: a dog is louder while its mouth is open', async () => {
  // Without nuisance: the event alone. An open mouth shows the tongue, drawn in its own colour.
  const { DemoRandom } = await import('../../../../src/engine/demo/demoRandom.ts');
  const dog = families.find((family) => family.name === 'dog')!;
  const event = dog.make(new DemoRandom('dog'), { durationS: 4, rateHz: 8000 });
  const energy = { open: [] as number[], shut: [] as number[] };
  for (let t = 0; t < 4; t += 0.02) {
    const part = event.sound.subarray(Math.floor(t * 8000), Math.floor((t + 0.02) * 8000));
    const power = part.reduce((sum, sample) => sum + sample * sample, 0) / part.length;
    energy[event.draw(t).includes('#d6626a') ? 'open' : 'shut'].push(power);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(energy.open)).toBeGreaterThan(20 * mean(energy.shut));
});

test('clips are video files with sound; finished ones are kept; the list names them all', async () => {
  const seen: string[] = [];
  const made = await makeDemo(
    { folder, to: 3 },
    { onProgress: ({ className, done, total }) => seen.push(`${className} ${done}/${total}`) },
  );
  expect(made.files).toEqual([0, 1, 2].map((index) => demoFile(folder, index)));
  expect(seen).toHaveLength(3);
  expect(await nodeAvDecoder.probe(made.files[0]!.path)).toMatchObject({
    kind: 'video',
    width: 224,
    height: 224,
    videoCodec: 'h264',
    audioCodec: 'aac',
    salvaged: false,
    frameRateHz: 10,
  });
  expect(readFileSync(join(folder, 'labels.csv'), 'utf8')).toBe(
    `file,label\n${made.files.map((file) => `${file.className}-001.mp4,${file.className}\n`).join('')}`,
  );
  const times = made.files.map((file) => statSync(file.path).mtimeMs);
  const more = await makeDemo({ folder, from: 2, to: 4 });
  expect(more.files).toEqual([demoFile(folder, 2), demoFile(folder, 3)]);
  expect(made.files.map((file) => statSync(file.path).mtimeMs)).toEqual(times);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a stop leaves only whole clips', async () => {
  const stopped = mkdtempSync(join(folder, 'stopped-'));
  await expect(makeDemo({ folder: stopped, to: 2 }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(readdirSync(stopped)).toEqual([]);
});
