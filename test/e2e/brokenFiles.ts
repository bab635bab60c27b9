// TEST CODE. Files that go wrong in the ways files go wrong, made from a good one.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Mp4Writer } from '../../src/engine/media/nodeAv/mp4Writer.ts';

/** Names of the files that cannot be imported, and what their report must speak of. */
export const unreadable: Record<string, RegExp> = {
  'empty.mp4': /empty|0 bytes/i,
  'text.mp4': /not a media file/i,
  'broken off.mp4': /\S{3}/,
};

/** A 16-bit mono WAV of a 440 Hz tone that wavers twice a second. */
export function toneWav(durationS: number, sampleRateHz = 16_000): Buffer {
  const n = durationS * sampleRateHz;
  const bytes = Buffer.alloc(44 + 2 * n);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * n, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRateHz, 24);
  bytes.writeUInt32LE(2 * sampleRateHz, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * n, 40);
  for (let i = 0; i < n; i++)
    bytes.writeInt16LE(
      Math.round(
        9000 *
          Math.sin((2 * Math.PI * 440 * i) / sampleRateHz) *
          (0.6 + 0.4 * Math.sin((4 * Math.PI * i) / sampleRateHz)),
      ),
      44 + 2 * i,
    );
  return bytes;
}

/** Three seconds without sound, or with a track that is silent. */
export async function movingPicture(file: string, silence = false): Promise<void> {
  const [width, height, frameRateHz] = [192, 144, 10];
  const writer = await Mp4Writer.open(file, {
    video: { width, height, frameRateHz, crf: 30, preset: 'veryfast' },
    audio: silence ? { sampleRateHz: 32_000, bitRate: 48_000 } : null,
  });
  if (silence) await writer.sound(new Float32Array(32_000 * 3));
  for (let k = 0; k < 30; k++) {
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) data.set([(i % width) + k, Math.floor(i / width), 6 * k], 3 * i);
    await writer.picture({ width, height, data }, k / frameRateHz);
  }
  await writer.finish();
}

/**
 * Three files that cannot be read; one cut short that gives what it has, one without anything to hear, one without
 * anything to see.
 */
export async function makeBrokenFiles(folder: string, good: string): Promise<void> {
  const bytes = await readFile(good);
  await writeFile(path.join(folder, 'empty.mp4'), '');
  await writeFile(path.join(folder, 'text.mp4'), 'This is a shopping list: milk, bread, apples.\n'.repeat(40));
  await writeFile(path.join(folder, 'broken off.mp4'), bytes.subarray(0, 300));
  await writeFile(path.join(folder, 'cut short.mp4'), bytes.subarray(0, Math.floor(bytes.length * 0.3)));
  await writeFile(path.join(folder, 'sound only.wav'), toneWav(4));
  await movingPicture(path.join(folder, 'silent.mp4'), true);
}
