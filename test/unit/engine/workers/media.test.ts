// The media worker as a process: what it writes, and that no file, however broken, takes the host with it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { WorkerHandle } from '../../../../src/engine/workers/channel.ts';
import { spawnNodeWorker } from '../../../../src/engine/workers/spawnWorker.ts';
import type { MediaHandlers } from '../../../../src/engine/workers/media.ts';
import { MediaGate } from '../../../../src/engine/procedures/inputs/mediaGate.ts';
import { makeMedia } from '../media/mediaFactory.ts';

let folder: string;
const media = new WorkerHandle<MediaHandlers>('media', () => spawnNodeWorker('media'));
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'media-worker-'));
});
afterAll(() => {
  media.stop('closed', true);
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string) => join(folder, name);
const inputOf = (path: string) => decodeSafetensors(readFileSync(path)).tensors;

test('a video becomes waveform, fbank, frames, thumbnail and badges', async () => {
  const path = await makeMedia(at('v.mp4'), {
    format: 'mp4',
    video: { codec: 'libx264', width: 320, height: 180 },
    audio: { codec: 'aac', channels: 2 },
    durationS: 3,
  });
  const prepared = await media.calls.prepare({ path, inputPath: at('v.safetensors'), thumbnailPath: at('v.jpg') });
  expect(prepared).toMatchObject({ badges: ['padded'], startS: 0, waveform: true, fbank: true, frames: true });
  const { waveform, fbank, frames } = inputOf(at('v.safetensors'));
  expect(waveform!.shape[0]).toBeGreaterThan(47_000);
  expect(fbank!.shape).toEqual([Math.floor((waveform!.shape[0]! - 400) / 160) + 1, 128]);
  expect(frames!.shape).toEqual([10, 224, 224, 3]);
  expect(await sharp(at('v.jpg')).metadata()).toMatchObject({ width: 256, height: 144 });
  const { png } = await media.calls.spectrogramPng({ inputPath: at('v.safetensors') });
  expect(await sharp(png).metadata()).toMatchObject({ width: fbank!.shape[0], height: 128 });
  const { jpeg } = await media.calls.framesJpeg({ inputPath: at('v.safetensors'), k: 9 });
  expect(await sharp(jpeg).metadata()).toMatchObject({ width: 224, height: 224 });
  await expect(media.calls.framesJpeg({ inputPath: at('v.safetensors'), k: 10 })).rejects.toMatchObject({
    code: 'BAD_INPUT',
  });
});

test('for CAV-MAE Sync sixteen frames lie beside the ten, each at its share of the clip', async () => {
  // Its pictures rise from black to nearly white, so that a frame tells when it was taken.
  const path = await makeMedia(at('sync.mkv'), {
    format: 'matroska',
    video: { codec: 'libx264' },
    audio: { codec: 'flac' },
    durationS: 10,
  });
  const inputPath = at('sync.safetensors');
  await media.calls.prepare({ path, inputPath });
  expect(inputOf(inputPath)).not.toHaveProperty('aligned');
  // What was made without them is made again; asked for without them, it stays.
  await media.calls.prepare({ path, inputPath, aligned: true });
  const { frames, aligned } = inputOf(inputPath);
  expect(frames!.shape).toEqual([10, 224, 224, 3]);
  expect(aligned!.shape).toEqual([16, 224, 224, 3]);
  const bytes = 224 * 224 * 3;
  const levels = (tensor: typeof frames) =>
    Array.from({ length: tensor!.shape[0]! }, (_, k) => (tensor!.data as Uint8Array)[k * bytes + bytes / 2]!);
  const nearlyWhite = (208 * 255) / 219;
  levels(aligned).forEach((level, k) => expect(Math.abs(level - (nearlyWhite * k) / 16)).toBeLessThan(7));
  levels(frames).forEach((level, k) => expect(Math.abs(level - (nearlyWhite * k) / 10)).toBeLessThan(7));
  rmSync(path);
  await media.calls.prepare({ path, inputPath });
  expect(inputOf(inputPath)).toHaveProperty('aligned');
});

test('sound alone has no frames to give, and is not made again for want of them', async () => {
  const path = await makeMedia(at('sound.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 1 });
  await media.calls.prepare({ path, inputPath: at('sound.safetensors'), aligned: true });
  rmSync(path);
  expect(await media.calls.prepare({ path, inputPath: at('sound.safetensors'), aligned: true })).toMatchObject({
    fbank: true,
    frames: false,
  });
});

test('an input that is there is not decoded again', async () => {
  const path = await makeMedia(at('once.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 1 });
  const first = await media.calls.prepare({ path, inputPath: at('once.safetensors') });
  rmSync(path);
  expect(
    await media.calls.prepare({
      path,
      kind: 'audio',
      durationS: 1,
      startS: 0,
      endS: 1,
      inputPath: at('once.safetensors'),
    }),
  ).toEqual(first);
  expect(first).toMatchObject({ badges: ['no-picture', 'padded'], frames: false });
  await expect(media.calls.framesJpeg({ inputPath: at('once.safetensors'), k: 0 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('stills: upright by EXIF, transparency on white, ten frames, no sound', async () => {
  await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c02020' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(at('s.jpg'));
  expect(await media.calls.probe({ path: at('s.jpg') })).toMatchObject({
    kind: 'image',
    width: 40,
    height: 60,
    durationS: 0,
  });
  await sharp({ create: { width: 60, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .png()
    .toFile(at('clear.png'));
  expect(
    await media.calls.prepare({
      path: at('clear.png'),
      inputPath: at('clear.safetensors'),
      thumbnailPath: at('clear.jpg'),
    }),
  ).toMatchObject({ badges: ['no-sound', 'still'], fbank: false });
  const { frames, fbank } = inputOf(at('clear.safetensors'));
  expect(fbank).toBeUndefined();
  expect(new Set(frames!.data)).toEqual(new Set([255]));
});

test('a still that claims an absurd side is refused before it is decoded', async () => {
  const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#204060' } })
    .png()
    .toBuffer();
  // Height in the header; its checksum is wrong then, which sharp passes over.
  bytes.writeUInt32BE(3_014_704, 20);
  writeFileSync(at('tower.png'), bytes);
  await expect(
    media.calls.prepare({ path: at('tower.png'), inputPath: at('tower.safetensors') }),
  ).rejects.toMatchObject({ code: 'DECODE_FAILED', detail: { path: at('tower.png') } });
  const grey = await sharp(Buffer.alloc(64 * 48, 90), { raw: { width: 64, height: 48, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(at('grey.png'))
    .then(() => media.calls.prepare({ path: at('grey.png'), inputPath: at('grey.safetensors') }));
  expect(grey.badges).toEqual(['no-sound', 'still']);
  expect(new Set(inputOf(at('grey.safetensors')).frames!.data)).toEqual(new Set([90]));
});

test.each([
  [
    'silent',
    { format: 'matroska', video: { codec: 'libx264' }, audio: { codec: 'flac', silent: true }, durationS: 2 },
    ['silent', 'padded'],
  ],
  [
    'frozen',
    { format: 'matroska', video: { codec: 'libx264', frozen: true }, audio: { codec: 'flac' }, durationS: 2 },
    ['frozen', 'padded'],
  ],
  ['mute', { format: 'mp4', video: { codec: 'libx264' }, durationS: 2 }, ['no-sound', 'padded']],
  ['gif', { format: 'gif', video: { codec: 'gif' }, durationS: 2 }, ['no-sound', 'padded']],
] as const)('%s media say so', async (name, recipe, badges) => {
  const path = await makeMedia(at(`${name}.${recipe.format === 'gif' ? 'gif' : 'mkv'}`), recipe as never);
  expect((await media.calls.prepare({ path, inputPath: at(`${name}.safetensors`) })).badges).toEqual(badges);
});

test('content identity covers every byte', async () => {
  writeFileSync(at('one.bin'), Buffer.alloc(3_000_000, 1));
  const other = Buffer.alloc(3_000_000, 1);
  other[1_234_567] = 2;
  writeFileSync(at('two.bin'), other);
  const [one, two] = [await media.calls.hash({ path: at('one.bin') }), await media.calls.hash({ path: at('two.bin') })];
  expect(one.contentHash).toMatch(/^[0-9a-f]{64}$/);
  expect(two.contentHash).not.toBe(one.contentHash);
});

test('fifty mutated files: each gives an input or a named error, and leaves nothing half written', async () => {
  const sources = await Promise.all([
    makeMedia(at('f0.mp4'), { format: 'mp4', video: { codec: 'libx264' }, audio: { codec: 'aac' }, durationS: 1 }),
    makeMedia(at('f1.mkv'), { format: 'matroska', video: { codec: 'mpeg4' }, audio: { codec: 'flac' }, durationS: 1 }),
    makeMedia(at('f2.avi'), {
      format: 'avi',
      video: { codec: 'mpeg4' },
      audio: { codec: 'libmp3lame', rate: 44_100 },
      durationS: 1,
    }),
    makeMedia(at('f3.ts'), { format: 'mpegts', video: { codec: 'libx264' }, audio: { codec: 'aac' }, durationS: 1 }),
    makeMedia(at('f4.webm'), {
      format: 'webm',
      video: { codec: 'libvpx' },
      audio: { codec: 'libopus', rate: 48_000 },
      durationS: 1,
    }),
  ]);
  let state = 12_345;
  const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  const gate = new MediaGate(media);
  const outcomes = { decoded: 0, refused: 0 };
  for (let n = 0; n < 50; n++) {
    const source = sources[n % sources.length]!;
    let bytes = Buffer.from(readFileSync(source));
    if (n % 4 === 0) bytes = bytes.subarray(0, random(bytes.length));
    else if (n % 4 === 1) bytes.fill(0xff, random(200), 200 + random(200));
    else for (let k = 0; k < 1 + n; k++) bytes[random(n % 4 === 2 ? bytes.length : 2000)] = random(256);
    const path = at(`m${n}${source.slice(source.lastIndexOf('.'))}`);
    writeFileSync(path, bytes);
    const inputPath = at(`m${n}.safetensors`);
    try {
      await gate.call(path, 20, new AbortController().signal, (calls, signal) =>
        calls.prepare({ path, inputPath }, { signal }),
      );
      expect(Object.keys(inputOf(inputPath)).length).toBeGreaterThan(0);
      outcomes.decoded++;
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(EngineError);
      expect(thrown).toMatchObject({ code: 'DECODE_FAILED', detail: { path } });
      expect(existsSync(inputPath)).toBe(false);
      outcomes.refused++;
    }
  }
  expect(outcomes.decoded + outcomes.refused).toBe(50);
  expect(outcomes.decoded).toBeGreaterThan(5);
  expect(outcomes.refused).toBeGreaterThan(5);
});
