// Media as they come: several sound tracks, rates that vary, timestamps that are missing or have holes, bare streams,
// animated and still pictures.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeAvDecoder as decoder } from '../../../../src/engine/media/nodeAv/nodeAvDecoder.ts';
import type { MediaFacts, Picture } from '../../../../src/engine/media/mediaDecoder.ts';
import { prepareClip } from '../../../../src/engine/workers/prepareClip.ts';
import { levelOf, makeMedia, type MediaRecipe } from './mediaFactory.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unusual-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const make = (name: string, recipe: MediaRecipe) => makeMedia(at(name), recipe);
const h264 = { codec: 'libx264' } as const;

/** Luma of limited-range video becomes full-range grey. */
const greyOf = (luma: number): number => ((luma - 16) * 255) / 219;
const centre = ({ data, width, height }: Picture): number => data[((height >> 1) * width + (width >> 1)) * 3]!;
function strength(samples: Float32Array, hz: number): number {
  let [re, im] = [0, 0];
  samples.forEach((sample, n) => {
    re += sample * Math.cos((2 * Math.PI * hz * n) / 16_000);
    im += sample * Math.sin((2 * Math.PI * hz * n) / 16_000);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}
const tone =
  (hz: number, rate = 16_000) =>
  (n: number): number =>
    0.5 * Math.sin((2 * Math.PI * hz * n) / rate);
const heard = async (path: string, endS: number): Promise<Float32Array> =>
  (await decoder.sound(path, { startS: 0, endS }, 16_000))!.samples;

test.each([
  ['the second is marked', [false, true, false], 2, 700],
  ['the third is marked', [false, false, true], 3, 900],
] as const)('of several sound tracks the one marked as default is heard: %s', async (name, marks, track, hz) => {
  const [audio, ...more] = [500, 700, 900].map((pitch, k) => ({
    codec: 'flac',
    sample: tone(pitch),
    chosen: marks[k],
  }));
  const path = await make(`${name}.mkv`, { format: 'matroska', video: h264, audio: audio!, more, durationS: 2 });
  expect(await decoder.probe(path)).toMatchObject({ audioTracks: 3, audioTrack: track });
  const samples = (await heard(path, 2)).subarray(4000, 28_000);
  for (const pitch of [500, 700, 900]) expect(strength(samples, pitch) > 0.45).toBe(pitch === hz);
});

test('where none is marked, the track that is told is the one that is heard', async () => {
  const path = await make('unmarked.mp4', {
    format: 'mp4',
    video: h264,
    audio: { codec: 'aac', sample: tone(500) },
    more: [{ codec: 'aac', channels: 2, rate: 44_100, sample: tone(700, 44_100) }],
    durationS: 2,
  });
  const { audioTracks, audioTrack, channels, sampleRateHz } = await decoder.probe(path);
  expect(audioTracks).toBe(2);
  expect([channels, sampleRateHz]).toEqual(audioTrack === 1 ? [1, 16_000] : [2, 44_100]);
  const samples = (await heard(path, 2)).subarray(4000, 28_000);
  expect(strength(samples, audioTrack === 1 ? 500 : 700)).toBeGreaterThan(0.4);
  expect(strength(samples, audioTrack === 1 ? 700 : 500)).toBeLessThan(0.02);
});

test('a rate that varies: picture int(k N / 10) by number, as the reference counts, and the length by the clock', async () => {
  // Twenty pictures in the first second, ten in the next four.
  const timeMs = (n: number): number => (n < 20 ? n * 50 : 1000 + (n - 20) * 400);
  const path = await make('varying.mkv', {
    format: 'matroska',
    video: { ...h264, gop: 7, timeMs },
    audio: { codec: 'flac' },
    durationS: 3,
  });
  const { durationS, kind } = await decoder.probe(path);
  expect(kind).toBe('video');
  expect(durationS).toBeGreaterThan(4.5);
  expect(durationS).toBeLessThan(5.2);
  const { pictures, salvaged } = (await decoder.pictures(path, { startS: 0, endS: 6 }, 10))!;
  expect(salvaged).toBe(false);
  pictures.forEach((picture, k) => expect(Math.abs(centre(picture) - greyOf(levelOf(k * 3, 30)))).toBeLessThan(4));
  const later = (await decoder.pictures(path, { startS: 1, endS: 6 }, 10))!;
  later.pictures.forEach((picture, k) =>
    expect(Math.abs(centre(picture) - greyOf(levelOf(20 + k, 30)))).toBeLessThan(4),
  );
});

test('a bare H.264 stream, which has no timestamps, has pictures, a length by its rate, and windows', async () => {
  const path = await make('bare.h264', {
    format: 'h264',
    video: { ...h264, rate: 25, gop: 10, bFrames: 2, level: (_x, _y, n) => 16 + (n % 200) },
    durationS: 6,
  });
  const facts = await decoder.probe(path);
  expect(facts).toMatchObject({ kind: 'video', audioTracks: 0, audioTrack: null });
  expect(Math.abs(facts.durationS - 6)).toBeLessThan(0.3);
  const { pictures } = (await decoder.pictures(path, { startS: 0, endS: facts.durationS }, 10))!;
  pictures.forEach((picture, k) => expect(Math.abs(centre(picture) - greyOf(16 + k * 15))).toBeLessThan(6));
  const later = (await decoder.pictures(path, { startS: 3, endS: 6 }, 10))!;
  expect(Math.abs(centre(later.pictures[0]!) - greyOf(16 + 75))).toBeLessThan(6);
});

test.each([
  ['h264', h264],
  ['mpeg4', { codec: 'mpeg4' }],
] as const)(
  'an AVI, which knows only the order of decoding, gives the right pictures with B-frames: %s',
  async (name, video) => {
    const path = await make(`order-${name}.avi`, {
      format: 'avi',
      video: { ...video, rate: 25, gop: 12, bFrames: 2, level: (_x, _y, n) => 16 + (n % 200) },
      durationS: 4,
    });
    const { pictures } = (await decoder.pictures(path, { startS: 0, endS: 4 }, 10))!;
    pictures.forEach((picture, k) => expect(Math.abs(centre(picture) - greyOf(16 + k * 10))).toBeLessThan(6));
  },
);

test('a bare AAC stream (ADTS) has its length and its sound', async () => {
  const path = await make('bare.aac', { format: 'adts', audio: { codec: 'aac', rate: 44_100 }, durationS: 3 });
  const facts = await decoder.probe(path);
  expect(facts).toMatchObject({ kind: 'audio', audioTracks: 1, audioTrack: 1 });
  expect(Math.abs(facts.durationS - 3)).toBeLessThan(0.15);
  expect(strength((await heard(path, 3)).subarray(8000, 40_000), 500)).toBeGreaterThan(0.4);
});

test('a transport stream with a hole keeps sound and pictures where they belong, and says it was salvaged', async () => {
  const change = (n: number): number => 0.5 * Math.sin((2 * Math.PI * (n < 6 * 16_000 ? 500 : 800) * n) / 16_000);
  const whole = await make('whole.ts', {
    format: 'mpegts',
    video: { ...h264, gop: 10, level: (_x, _y, n) => 16 + (n % 200) },
    audio: { codec: 'aac', sample: change },
    durationS: 9,
  });
  const bytes = readFileSync(whole);
  const packets = Math.floor(bytes.length / 188);
  // A third of the way in, a fifth of the packets is lost.
  const path = at('holed.ts');
  writeFileSync(
    path,
    Buffer.concat([
      bytes.subarray(0, 188 * Math.floor(packets / 3)),
      bytes.subarray(188 * Math.floor(packets / 3 + packets / 5)),
    ]),
  );
  const facts = await decoder.probe(path);
  expect(Math.abs(facts.durationS - 9)).toBeLessThan(0.5);
  const sound = (await decoder.sound(path, { startS: 0, endS: 9 }, 16_000))!;
  expect(Math.abs(sound.samples.length / 16_000 - 9)).toBeLessThan(0.3);
  expect(strength(sound.samples.subarray(16_000, 2 * 16_000), 500)).toBeGreaterThan(0.4);
  expect(strength(sound.samples.subarray(7 * 16_000, 8 * 16_000), 800)).toBeGreaterThan(0.4);
  const pictures = (await decoder.pictures(path, { startS: 7, endS: 9 }, 10))!.pictures;
  pictures.forEach((picture, k) => expect(Math.abs(centre(picture) - greyOf(16 + 70 + k * 2))).toBeLessThan(6));
  const { badges } = await prepareClip(decoder, { path, inputPath: at('holed.safetensors') });
  expect(badges).toContain('salvaged');
});

test('a transport stream whose clock starts at hours, not at nought, begins at nought', async () => {
  const whole = await make('clock.ts', {
    format: 'mpegts',
    video: { ...h264, rate: 25 },
    audio: { codec: 'aac' },
    durationS: 2,
  });
  const { durationS } = await decoder.probe(whole);
  expect(Math.abs(durationS - 2)).toBeLessThan(0.2);
  expect(strength((await heard(whole, 2)).subarray(8000, 28_000), 500)).toBeGreaterThan(0.4);
});

test('an animated GIF is a video without sound; a GIF of one picture is a still', async () => {
  const moving = await make('moving.gif', {
    format: 'gif',
    video: { codec: 'gif', level: (x, _y, n) => (x < 4 * n ? 255 : 0) },
    durationS: 1.5,
  });
  expect(await decoder.probe(moving)).toMatchObject({ kind: 'video', audioTracks: 0 });
  const { pictures } = (await decoder.pictures(moving, { startS: 0, endS: 1.5 }, 10))!;
  expect(Math.abs((await decoder.probe(moving)).durationS - 1.5)).toBeLessThan(0.1);
  expect(new Set(pictures.map(({ data }) => Buffer.from(data).toString('base64'))).size).toBe(10);
  const still = await make('still.gif', { format: 'gif', video: { codec: 'gif' }, durationS: 0.1 });
  expect(await decoder.probe(still)).toMatchObject({ kind: 'image', durationS: 0 });
  expect((await prepareClip(decoder, { path: still, inputPath: at('still.safetensors') })).badges).toEqual([
    'no-sound',
    'still',
  ]);
});

test.each<[string, MediaRecipe, Partial<MediaFacts>, string[]]>([
  [
    'picture only',
    { format: 'mp4', video: h264, durationS: 1 },
    { kind: 'video', audioTracks: 0, audioTrack: null, channels: null },
    ['no-sound', 'padded'],
  ],
  [
    'sound only',
    { format: 'mp4', audio: { codec: 'aac' }, durationS: 1 },
    { kind: 'audio', audioTracks: 1, audioTrack: 1, width: null },
    ['no-picture', 'padded'],
  ],
  [
    'silence',
    { format: 'matroska', video: h264, audio: { codec: 'flac', silent: true }, durationS: 1 },
    { kind: 'video', audioTracks: 1 },
    ['silent', 'padded'],
  ],
  [
    'tall pixels, turned',
    { format: 'mp4', video: { ...h264, aspect: [1, 2], rotation: 90 }, audio: { codec: 'aac' }, durationS: 1 },
    { width: 96, height: 64, rotation: 90 },
    ['padded'],
  ],
])('%s is told and badged', async (name, recipe, facts, badges) => {
  const path = await make(`${name}.${recipe.format === 'matroska' ? 'mkv' : 'mp4'}`, recipe);
  expect(await decoder.probe(path)).toMatchObject(facts);
  expect((await prepareClip(decoder, { path, inputPath: at(`${name}.safetensors`) })).badges).toEqual(badges);
});
