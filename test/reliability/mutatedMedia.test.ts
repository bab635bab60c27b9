// Damaged media of fifteen formats: each gives an input or an error that names its file; the decoder neither crashes
// nor hangs. Short form: 30 files. Long form: CAVMAE_MUTATIONS=1000 npx vitest run --project reliability mutatedMedia
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { MediaGate } from '../../src/engine/procedures/inputs/mediaGate.ts';
import { Random } from '../../src/engine/training/random.ts';
import { EngineError } from '../../src/shared/engineError.ts';
import { WorkerHandle } from '../../src/engine/workers/channel.ts';
import type { MediaHandlers } from '../../src/engine/workers/media.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import { memoryOf } from '../bench/processMemory.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';

const mutations = Number(process.env.CAVMAE_MUTATIONS ?? 30);
const random = new Random(Number(process.env.CAVMAE_MUTATION_SEED ?? 7));
const below = (n: number) => Math.floor(random.uniform() * n);
const folder = mkdtempSync(path.join(tmpdir(), 'cavmae-mutated-'));
const at = (name: string) => path.join(folder, name);
const crashes: string[] = [];
const media = new WorkerHandle<MediaHandlers>(
  'media',
  () => spawnNodeWorker('media'),
  (reason) => void crashes.push(reason),
);
afterAll(() => {
  media.stop('done', true);
  rmSync(folder, { recursive: true, force: true });
});

async function sources(): Promise<string[]> {
  const made = await Promise.all([
    makeMedia(at('s.mp4'), { format: 'mp4', video: { codec: 'libx264' }, audio: { codec: 'aac' }, durationS: 1 }),
    makeMedia(at('s.mov'), {
      format: 'mov',
      video: { codec: 'libx264', bFrames: 2 },
      audio: { codec: 'pcm_s16le', channels: 2 },
      durationS: 1,
    }),
    makeMedia(at('s.mkv'), { format: 'matroska', video: { codec: 'mpeg4' }, audio: { codec: 'flac' }, durationS: 1 }),
    makeMedia(at('s.webm'), {
      format: 'webm',
      video: { codec: 'libvpx' },
      audio: { codec: 'libopus', rate: 48_000 },
      durationS: 1,
    }),
    makeMedia(at('s.avi'), {
      format: 'avi',
      video: { codec: 'mpeg4' },
      audio: { codec: 'libmp3lame', rate: 44_100 },
      durationS: 1,
    }),
    makeMedia(at('s.ts'), {
      format: 'mpegts',
      video: { codec: 'mpeg2video', rate: 25 },
      audio: { codec: 'mp2', rate: 48_000 },
      durationS: 1,
    }),
    makeMedia(at('s.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 1 }),
    makeMedia(at('s.mp3'), { format: 'mp3', audio: { codec: 'libmp3lame', rate: 44_100 }, durationS: 1 }),
    makeMedia(at('s.ogg'), { format: 'ogg', audio: { codec: 'libvorbis', rate: 44_100 }, durationS: 1 }),
    makeMedia(at('s.flac'), { format: 'flac', audio: { codec: 'flac' }, durationS: 1 }),
    makeMedia(at('s.gif'), { format: 'gif', video: { codec: 'gif' }, durationS: 1 }),
  ]);
  const stills = await Promise.all(
    ['png', 'jpg', 'webp', 'tiff'].map(async (format) => {
      await sharp(Buffer.from(Uint8Array.from({ length: 64 * 48 * 3 }, () => below(256))), {
        raw: { width: 64, height: 48, channels: 3 },
      }).toFile(at(`s.${format}`));
      return at(`s.${format}`);
    }),
  );
  return [...made, ...stills];
}

/** Cut off, odd header, flipped bits, another format's header, absurd sizes, a hole. */
const damages: ((bytes: Buffer, other: Buffer) => Buffer)[] = [
  (bytes) => bytes.subarray(0, below(bytes.length)),
  (bytes) => {
    for (let k = 0; k < 1 + below(8); k++) bytes[below(Math.min(bytes.length, 400))] = below(256);
    return bytes;
  },
  (bytes) => {
    for (let k = 0; k < 20 + below(200); k++) bytes[below(bytes.length)]! ^= 1 << below(8);
    return bytes;
  },
  (bytes, other) => Buffer.concat([other.subarray(0, below(600)), bytes.subarray(below(600))]),
  (bytes) => {
    bytes.writeUInt32BE([0xffffffff, 0x7fffffff, 0x80000000, 0][below(4)]!, below(Math.min(bytes.length - 8, 800)));
    return bytes;
  },
  (bytes) => {
    const from = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(Math.min(bytes.length, from + below(2000)))]);
  },
];

it(`${mutations} damaged files cost nothing but themselves`, async () => {
  const files = await sources();
  const gate = new MediaGate(media);
  const outcomes = { decoded: 0, refused: 0 };
  for (let n = 0; n < mutations; n++) {
    const source = files[n % files.length]!;
    const file = at(`m${n}${path.extname(source)}`);
    writeFileSync(
      file,
      damages[below(damages.length)]!(Buffer.from(readFileSync(source)), readFileSync(files[below(files.length)]!)),
    );
    const inputPath = at(`m${n}.safetensors`);
    try {
      await gate.call(file, 30, new AbortController().signal, (calls, signal) =>
        calls.prepare({ path: file, inputPath, thumbnailPath: at(`m${n}.thumb.jpg`) }, { signal }),
      );
      expect(existsSync(inputPath)).toBe(true);
      outcomes.decoded++;
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(EngineError);
      expect(thrown).toMatchObject({ code: 'DECODE_FAILED', detail: { path: file } });
      expect((thrown as EngineError).message).not.toMatch(/crashed|longer/);
      expect(existsSync(inputPath)).toBe(false);
      outcomes.refused++;
    }
    rmSync(file);
  }
  const { peakMiB } = memoryOf('media');
  console.log(
    `${mutations} damaged files of ${files.length} formats: ${outcomes.decoded} decoded, ${outcomes.refused} refused by name, ${crashes.length} crashes; at most ${peakMiB} MiB in the decoding process`,
  );
  expect(peakMiB).toBeLessThan(2048);
  expect(crashes).toEqual([]);
  expect(outcomes.decoded).toBeGreaterThan(mutations / 10);
  expect(outcomes.refused).toBeGreaterThan(mutations / 10);
});
