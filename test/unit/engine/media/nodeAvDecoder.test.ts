import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeAvDecoder as decoder } from '../../../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import type { Picture } from '../../../../src/engine/media/mediaDecoder.ts';
import { levelOf, makeMedia, type MediaRecipe } from './mediaFactory.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'decoder-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const make = (name: string, recipe: MediaRecipe) => makeMedia(join(folder, name), recipe);

/** Luma of limited-range video becomes full-range grey. */
const greyOf = (luma: number): number => ((luma - 16) * 255) / 219;
const centre = ({ data, width, height }: Picture): number => data[((height >> 1) * width + (width >> 1)) * 3]!;
/** Strength of a sine in samples, 0..1. */
function strength(samples: Float32Array, hz: number, rateHz = 16_000): number {
  let [re, im] = [0, 0];
  samples.forEach((sample, n) => {
    re += sample * Math.cos((2 * Math.PI * hz * n) / rateHz);
    im += sample * Math.sin((2 * Math.PI * hz * n) / rateHz);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

const h264 = { codec: 'libx264' } as const;
const formats: [string, MediaRecipe][] = [
  ['a.mp4', { format: 'mp4', video: h264, audio: { codec: 'aac' }, durationS: 3 }],
  ['a.mov', { format: 'mov', video: h264, audio: { codec: 'pcm_s16le', channels: 2 }, durationS: 3 }],
  ['a.mkv', { format: 'matroska', video: h264, audio: { codec: 'flac', rate: 44_100 }, durationS: 3 }],
  [
    'a.webm',
    {
      format: 'webm',
      video: { codec: 'libvpx' },
      audio: { codec: 'libopus', rate: 48_000, channels: 2 },
      durationS: 3,
    },
  ],
  [
    'a.avi',
    {
      format: 'avi',
      video: { codec: 'mpeg4' },
      audio: { codec: 'libmp3lame', rate: 44_100, channels: 2 },
      durationS: 3,
    },
  ],
  ['a.ts', { format: 'mpegts', video: h264, audio: { codec: 'aac', channels: 2 }, durationS: 3 }],
];

describe.each(formats)('%s', (name, recipe) => {
  let path: string;
  beforeAll(async () => {
    path = await make(name, recipe);
  });

  test('is probed as video with its true length', async () => {
    const facts = await decoder.probe(path);
    expect(facts).toMatchObject({
      kind: 'video',
      width: 64,
      height: 48,
      rotation: 0,
      salvaged: false,
      channels: recipe.audio?.channels ?? 1,
    });
    expect(facts.durationS).toBeGreaterThan(2.9);
    expect(facts.durationS).toBeLessThan(3.2);
  });

  test('gives picture int(k N / 10), k = 0..9', async () => {
    const { pictures, salvaged } = (await decoder.pictures(path, { startS: 0, endS: 3.5 }, 10))!;
    expect(salvaged).toBe(false);
    expect(pictures).toHaveLength(10);
    pictures.forEach((picture, k) => expect(Math.abs(centre(picture) - greyOf(levelOf(k * 3, 30)))).toBeLessThan(4));
  });

  test('gives the first channel at 16 kHz', async () => {
    const { samples } = (await decoder.sound(path, { startS: 0, endS: 3 }, 16_000))!;
    expect(samples.length).toBeGreaterThan(46_000);
    expect(samples.length).toBeLessThanOrEqual(48_000);
    const steady = samples.subarray(8000, 40_000);
    expect(strength(steady, 500)).toBeGreaterThan(0.45);
    expect(strength(steady, 1000)).toBeLessThan(0.02);
  });
});

test.each([
  ['a.wav', { format: 'wav', audio: { codec: 'pcm_s16le', rate: 44_100, channels: 2 }, durationS: 2 }],
  ['a.mp3', { format: 'mp3', audio: { codec: 'libmp3lame', rate: 44_100, channels: 2 }, durationS: 2 }],
  ['a.flac', { format: 'flac', audio: { codec: 'flac' }, durationS: 2 }],
  ['a.ogg', { format: 'ogg', audio: { codec: 'libvorbis', rate: 44_100 }, durationS: 2 }],
  ['a.m4a', { format: 'ipod', audio: { codec: 'aac', rate: 44_100 }, durationS: 2 }],
] as [string, MediaRecipe][])('%s is sound without picture', async (name, recipe) => {
  const path = await make(name, recipe);
  const facts = await decoder.probe(path);
  expect(facts).toMatchObject({ kind: 'audio', width: null, videoCodec: null });
  expect(Math.abs(facts.durationS - 2)).toBeLessThan(0.12);
  expect(await decoder.pictures(path, { startS: 0, endS: 2 }, 10)).toBeNull();
  const { samples } = (await decoder.sound(path, { startS: 0, endS: 2 }, 16_000))!;
  expect(strength(samples.subarray(4000, 28_000), 500)).toBeGreaterThan(0.4);
});

test('samples of a lossless file at 16 kHz come back as they are, also from a window', async () => {
  const sample = (n: number) => Math.sin(n * 0.37) * 0.4 + Math.sin(n * 0.00071) * 0.4;
  const path = await make('exact.wav', { format: 'wav', audio: { codec: 'pcm_s16le', sample }, durationS: 20 });
  for (const startS of [0, 7.25]) {
    const { samples } = (await decoder.sound(path, { startS, endS: startS + 10 }, 16_000))!;
    expect(samples).toHaveLength(160_000);
    const worst = samples.reduce((top, value, i) => Math.max(top, Math.abs(value - sample(i + startS * 16_000))), 0);
    // The file's own 16 bits, and its full scale of 32767.
    expect(worst).toBeLessThan(2 / 32_768);
  }
});

test.each([
  ['long groups', 250, 0],
  ['short groups', 5, 0],
  ['B-frames', 40, 2],
])('a window inside a long file: %s', async (name, gop, bFrames) => {
  const path = await make(`long-${name}.mkv`, {
    format: 'matroska',
    video: { ...h264, gop, bFrames, level: (_x, _y, n) => 16 + (n % 200) },
    audio: { codec: 'flac' },
    durationS: 30,
  });
  const { pictures } = (await decoder.pictures(path, { startS: 12, endS: 22 }, 10))!;
  pictures.forEach((picture, k) =>
    expect(Math.abs(centre(picture) - greyOf(16 + ((120 + k * 10) % 200)))).toBeLessThan(4),
  );
});

test('a transport stream seeks to the right pictures', async () => {
  const sample = (n: number) => 0.5 * Math.sin((2 * Math.PI * (n < 8 * 16_000 ? 500 : 800) * n) / 16_000);
  const path = await make('long.ts', {
    format: 'mpegts',
    video: { ...h264, gop: 25, level: (_x, _y, n) => 16 + (n % 200) },
    audio: { codec: 'aac', sample },
    durationS: 18,
  });
  const { samples } = (await decoder.sound(path, { startS: 8.2, endS: 18 }, 16_000))!;
  expect(strength(samples.subarray(0, 16_000), 800)).toBeGreaterThan(0.45);
  const { pictures } = (await decoder.pictures(path, { startS: 8, endS: 18 }, 10))!;
  pictures.forEach((picture, k) =>
    expect(Math.abs(centre(picture) - greyOf(16 + ((80 + k * 10) % 200)))).toBeLessThan(6),
  );
});

test.each([
  [90, 0, 0],
  [180, 1, 0],
  [270, 1, 1],
] as const)('rotation by %i degrees is undone', async (rotation, brightX, brightY) => {
  // The stored picture is bright in its lower left corner; `bright` is where that corner belongs once turned.
  const path = await make(`turned-${rotation}.mp4`, {
    format: 'mp4',
    video: { ...h264, rotation, level: (x, y) => (x < 32 && y >= 24 ? 220 : 30) },
    durationS: 1,
  });
  const facts = await decoder.probe(path);
  expect(facts.rotation).toBe(rotation);
  expect([facts.width, facts.height]).toEqual(rotation === 180 ? [64, 48] : [48, 64]);
  const {
    pictures: [picture],
  } = (await decoder.pictures(path, { startS: 0, endS: 1 }, 10))!;
  expect([picture!.width, picture!.height]).toEqual([facts.width, facts.height]);
  const corner = (right: number, bottom: number) =>
    picture!.data[((bottom ? picture!.height - 8 : 8) * picture!.width + (right ? picture!.width - 8 : 8)) * 3]!;
  for (const right of [0, 1])
    for (const bottom of [0, 1]) expect(corner(right, bottom) > 128).toBe(right === brightX && bottom === brightY);
});

test('wide pixels are made square', async () => {
  const path = await make('wide.mp4', { format: 'mp4', video: { ...h264, aspect: [2, 1] }, durationS: 1 });
  expect(await decoder.probe(path)).toMatchObject({ width: 128, height: 48 });
  const {
    pictures: [picture],
  } = (await decoder.pictures(path, { startS: 0, endS: 1 }, 10))!;
  expect([picture!.width, picture!.height]).toEqual([128, 48]);
});

test('a truncated file keeps what is there, and its true length', async () => {
  const path = await make('cut.mkv', { format: 'matroska', video: h264, audio: { codec: 'flac' }, durationS: 6 });
  truncateSync(path, Math.floor(statSync(path).size / 2));
  const facts = await decoder.probe(path);
  expect(facts.salvaged).toBe(true);
  expect(facts.durationS).toBeGreaterThan(1);
  expect(facts.durationS).toBeLessThan(5);
  expect((await decoder.pictures(path, { startS: 0, endS: facts.durationS }, 10))?.pictures).toHaveLength(10);
});

test.each([
  ['nothing.mp4', Buffer.alloc(0), /empty/],
  ['noise.mp4', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)), /./],
  ['text.mkv', Buffer.from('this is no video\n'.repeat(100)), /./],
  ['list.ts', Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n'), /./],
])('%s is refused by name', async (name, bytes, message) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  await expect(decoder.probe(path)).rejects.toMatchObject({
    code: 'DECODE_FAILED',
    message: expect.stringMatching(message),
    detail: { path },
  });
});

test('an MP4 whose index is cut off is refused', async () => {
  const path = await make('headless.mp4', { format: 'mp4', video: h264, durationS: 2 });
  truncateSync(path, Math.floor(statSync(path).size * 0.6));
  await expect(decoder.probe(path)).rejects.toMatchObject({ code: 'DECODE_FAILED' });
});

test('the preview is H.264 and AAC of the window', async () => {
  const path = await make('odd.avi', {
    format: 'avi',
    video: { codec: 'mpeg4', width: 60, height: 46 },
    audio: { codec: 'libmp3lame', rate: 44_100, channels: 2 },
    durationS: 4,
  });
  const out = join(folder, 'preview.mp4');
  await decoder.transcode(path, { startS: 1, endS: 3 }, out);
  const facts = await decoder.probe(out);
  expect(facts).toMatchObject({ kind: 'video', videoCodec: 'h264', audioCodec: 'aac', width: 60, height: 46 });
  expect(Math.abs(facts.durationS - 2)).toBeLessThan(0.2);
  const { samples } = (await decoder.sound(out, { startS: 0, endS: 2 }, 16_000))!;
  expect(strength(samples.subarray(6000, 26_000), 500)).toBeGreaterThan(0.4);
  expect(readFileSync(out).indexOf('moov')).toBeLessThan(readFileSync(out).indexOf('mdat'));
});

test('a stopped decode says so', async () => {
  const path = await make('stop.mkv', { format: 'matroska', video: h264, audio: { codec: 'flac' }, durationS: 3 });
  await expect(decoder.pictures(path, { startS: 0, endS: 3 }, 10, AbortSignal.abort())).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});
