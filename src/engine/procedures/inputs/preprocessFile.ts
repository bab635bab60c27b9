// A file outside the collection, preprocessed as the model sees it: for the command line and for searches by an outside
// file.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Badge } from '../../../shared/contract/clip.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { decodeSafetensors } from '../../../shared/wire/safetensors.ts';
import { targetFrames } from '../../preprocess/fbank.ts';
import { fbankInput, padFbank } from '../../../shared/signal/fbankInput.ts';
import { fitFrame, frameSize } from '../../preprocess/frame.ts';
import { normaliseFrames } from '../../../shared/signal/frameInput.ts';
import type { EngineContext } from '../engineContext.ts';

export interface PreprocessedFile {
  badges: Badge[];
  /** Log-mel [length, 128] padded with zeros, and the same normalised; null without sound. */
  fbank: { raw: Float32Array; normalised: Float32Array } | null;
  /** Normalised [10, 3, size, size]; null without a picture. */
  frames: Float32Array | null;
}

export interface FileWindow {
  /** Where the window begins, in seconds. */
  startS?: number;
  /** How long it is; ten seconds, as a clip, when left out. */
  windowS?: number;
  /** The sound at the file's own rate, not at 16 kHz. */
  ownRate?: boolean;
  /** Frames of the fbank. */
  length?: number;
  /** Side of the frames in pixels. */
  size?: number;
  /**
   * A clip's frames of 224 pixels made to this side, as a model of other pictures gets them from the collection;
   * instead of `size`.
   */
  refitTo?: number;
}

/**
 * Sound that fills an fbank of so many frames: one window of 25 ms and hops of 10 ms. The reference's loader cuts
 * there, at 10.255 s.
 */
export const fbankSeconds = (length: number): number => (15 + 10 * length) / 1000;

/** Frames [N, size, size, 3] at another size, one by one. */
function refitted(frames: Uint8Array, size: number, to: number): Uint8Array {
  const bytes = size * size * 3;
  const out = new Uint8Array((frames.length / bytes) * to * to * 3);
  for (let n = 0; n * bytes < frames.length; n++)
    out.set(fitFrame(frames.subarray(n * bytes, (n + 1) * bytes), size, size, 'bicubic', to), n * to * to * 3);
  return out;
}

/** @throws NOT_FOUND, DECODE_FAILED with the path */
export async function preprocessFile(
  media: EngineContext['media'],
  file: string,
  { length = targetFrames, size = frameSize, refitTo = size, ...window }: FileWindow = {},
): Promise<PreprocessedFile> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-'));
  try {
    const inputPath = path.join(folder, 'input.safetensors');
    const { badges } = await media.calls.prepare({
      path: path.resolve(file),
      ...window,
      maxFrames: length,
      frameSize: size,
      inputPath,
      thumbnailPath: null,
    });
    const { tensors } = decodeSafetensors(await readFile(inputPath));
    const fbank = tensors.fbank?.data;
    const frames = tensors.frames?.data;
    return {
      badges,
      fbank:
        fbank instanceof Float32Array ? { raw: padFbank(fbank, length), normalised: fbankInput(fbank, length) } : null,
      frames:
        frames instanceof Uint8Array
          ? normaliseFrames(refitTo === size ? frames : refitted(frames, size, refitTo), refitTo)
          : null,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws BAD_INPUT where the file lacks that modality: an array of nothing would be a lie. */
export function required<T>(part: T | null, what: 'sound' | 'picture', file: string): T {
  if (part === null) throw new EngineError('BAD_INPUT', `${file} has no ${what} that can be used`, { path: file });
  return part;
}
