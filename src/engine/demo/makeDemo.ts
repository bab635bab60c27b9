// Renders the demo collection to real video files, classes in turn, so that any first part of it holds every class.
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import { Mp4Writer } from '../media/nodeAv/mp4Writer.ts';
import { makeDemoClip } from './demoClip.ts';
import { families } from './families.ts';

/** Clips of the collection that newcomers see: 24 of each of 14 classes. */
export const demoClipCount = 24 * families.length;
const frameRateHz = 10;
const soundRateHz = 32_000;

/** Clips `from` (inclusive) to `to` (exclusive) of the collection with this seed. */
export interface MakeDemoInput {
  folder: string;
  from?: number;
  to?: number;
  seed?: string;
}
export interface DemoProgress {
  done: number;
  total: number;
  path: string;
  className: string;
}
export interface MadeDemo {
  files: { path: string; className: string }[];
}
export interface MakeDemoOptions {
  signal?: AbortSignal;
  onProgress?: (progress: DemoProgress) => void;
}

/** File and class of clip `index` of any seed. */
export function demoFile(folder: string, index: number): { path: string; className: string } {
  const { name } = families[index % families.length]!;
  return {
    path: join(folder, `${name}-${String(Math.floor(index / families.length) + 1).padStart(3, '0')}.mp4`),
    className: name,
  };
}

async function render(path: string, index: number, seed: string, signal?: AbortSignal): Promise<void> {
  const clip = makeDemoClip(families[index % families.length]!, `${seed}/${Math.floor(index / families.length)}`, {
    rateHz: soundRateHz,
  });
  const temporary = `${path}.${process.pid}.part`;
  const frames = Math.round(clip.durationS * frameRateHz);
  const first = await clip.picture(0);
  const writer = await Mp4Writer.open(temporary, {
    video: { width: first.width, height: first.height, frameRateHz, crf: 27, preset: 'veryfast' },
    audio: { sampleRateHz: soundRateHz, bitRate: 72_000 },
  });
  try {
    await writer.sound(clip.sound);
    for (let k = 0; k < frames; k++) {
      if (signal?.aborted) throw new EngineError('CANCELLED', 'making the demo was stopped');
      await writer.picture(k === 0 ? first : await clip.picture(k / frameRateHz), k / frameRateHz);
    }
    await writer.finish();
    await rename(temporary, path);
  } catch (thrown) {
    await writer.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/**
 * Makes the clips that are not there yet, two or more beside each other, and writes `labels.csv` for all up to `to`.
 * The same seed gives the same pictures and sound. Throws CANCELLED, DISK_FULL; clips already finished stay.
 */
export async function makeDemo(
  { folder, from = 0, to = demoClipCount, seed = 'demo' }: MakeDemoInput,
  { signal, onProgress }: MakeDemoOptions = {},
): Promise<MadeDemo> {
  await mkdir(folder, { recursive: true });
  const total = to - from;
  let next = from;
  let done = 0;
  const lane = async () => {
    while (next < to) {
      const index = next++;
      const file = demoFile(folder, index);
      const there = await access(file.path).then(
        () => true,
        () => false,
      );
      if (!there) await render(file.path, index, seed, signal);
      onProgress?.({ done: ++done, total, ...file });
    }
  };
  // All lanes end before this does, so that nothing is still writing when the caller goes on.
  const outcomes = await Promise.allSettled(
    Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, () =>
      lane().catch((thrown: unknown) => {
        next = to;
        throw thrown;
      }),
    ),
  );
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  const all = Array.from({ length: to }, (_, index) => demoFile(folder, index));
  await writeFile(
    join(folder, 'labels.csv'),
    `file,label\n${all.map(({ path, className }) => `${path.slice(folder.length + 1)},${className}\n`).join('')}`,
  );
  return { files: all.slice(from) };
}
