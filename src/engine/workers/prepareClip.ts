// Decodes a clip once: sound and ten frames, for CAV-MAE Sync sixteen more, become the model's input (safetensors), a thumbnail, and honest
// badges.
import { stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Badge } from '../../shared/contract/clip.ts';
import { EngineError } from '../../shared/engineError.ts';
import { encodeSafetensors, type Tensor } from '../../shared/wire/safetensors.ts';
import { boundFolder, inputCacheBytes } from '../media/boundFolder.ts';
import { inputBadges } from '../media/inputBadges.ts';
import type { MediaDecoder, Picture } from '../media/mediaDecoder.ts';
import type { MediaKind } from '../media/mediaKind.ts';
import { thumbnailJpeg } from '../media/pictureJpeg.ts';
import { probeFile } from '../media/probeFile.ts';
import { spectrogramPicture } from '../media/spectrogramImage.ts';
import { decodeStill } from '../media/still.ts';
import { alignedMark, holdsAligned, readInputHeader } from '../media/wholeInput.ts';
import { writeAtomically } from '../base/writeAtomically.ts';
import { fbank, frameCount } from '../preprocess/fbank.ts';
import { fitFrame, frameSize } from '../preprocess/frame.ts';

export const soundRateHz = 16_000;
export const framesPerClip = 10;
/** What CAV-MAE Sync looks at: picture k lies at k/16 of the clip, and so does the middle of its sound. */
export const alignedFramesPerClip = 16;

/**
 * What is known already spares a probe. The window defaults to the first ten seconds, or `windowS` of them. `thumbnailPath` null: none is
 * made. `ownRate`: the sound is not resampled, as in the reference's loader, which takes every file at its own rate. `maxFrames` of the
 * fbank and `frameSize` of the pictures are the paper's when left out. `aligned`: the input also holds the frames of CAV-MAE Sync; one that is
 * there without them is made again.
 */
export interface PrepareInput {
  path: string;
  startS?: number;
  endS?: number;
  windowS?: number;
  ownRate?: boolean;
  maxFrames?: number;
  frameSize?: number;
  aligned?: boolean;
  kind?: MediaKind;
  durationS?: number;
  inputPath: string;
  thumbnailPath?: string | null;
}

/** `waveform`, `fbank` and `frames` say whether the input has them. */
export interface PreparedClip {
  badges: Badge[];
  startS: number;
  endS: number;
  waveform: boolean;
  fbank: boolean;
  frames: boolean;
}

interface Decoded {
  samples: Float32Array | null;
  pictures: Picture[] | null;
  /** The frames of CAV-MAE Sync, where they were asked for and the medium is a video. */
  aligned: Picture[] | null;
  salvaged: boolean;
}

const nothingIn = (
  samples: number,
  rateHz: number,
  path: string,
  { startS, endS }: { startS: number; endS: number },
): EngineError =>
  new EngineError(
    'DECODE_FAILED',
    samples > 0
      ? `its sound of ${samples} samples (${Math.round((samples / rateHz) * 1e4) / 10} ms) is shorter than one window of 25 ms`
      : `nothing can be decoded between ${startS} s and ${endS} s`,
    { path },
  );

async function decode(
  decoder: MediaDecoder,
  { path, kind, rateHz, aligned }: { path: string; kind: MediaKind; rateHz: number; aligned: boolean },
  window: { startS: number; endS: number },
  signal?: AbortSignal,
): Promise<Decoded> {
  if (kind === 'image') {
    const still = await decodeStill(path).catch(async (thrown: unknown) => {
      const decoded = await decoder
        .pictures(path, { startS: 0, endS: Number.MAX_SAFE_INTEGER }, 1, signal)
        .catch(() => null);
      if (!decoded) throw thrown;
      return { picture: decoded.pictures[0]!, salvaged: decoded.salvaged };
    });
    return {
      samples: null,
      pictures: Array.from({ length: framesPerClip }, () => still.picture),
      aligned: null,
      salvaged: still.salvaged,
    };
  }
  // One modality beyond repair does not cost the other; the badge says which is left.
  const failures: unknown[] = [];
  const keep = async <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((thrown: unknown) => {
      if (EngineError.from(thrown).code !== 'DECODE_FAILED') throw thrown;
      failures.push(thrown);
      return null;
    });
  const sound = await keep(decoder.sound(path, window, rateHz, signal));
  const seen = kind === 'video' ? await keep(decoder.pictures(path, window, framesPerClip, signal)) : null;
  const more = aligned && seen ? await keep(decoder.pictures(path, window, alignedFramesPerClip, signal)) : null;
  const samples = sound && frameCount(sound.samples.length, rateHz) > 0 ? sound.samples : null;
  if (!samples && !seen) throw failures[0] ?? nothingIn(sound?.samples.length ?? 0, rateHz, path, window);
  const lost = kind === 'video' && !seen;
  return {
    samples,
    pictures: seen?.pictures ?? null,
    aligned: more?.pictures ?? null,
    salvaged: failures.length > 0 || lost || (sound?.salvaged ?? false) || (seen?.salvaged ?? false),
  };
}

function fitFrames(pictures: readonly Picture[], side: number): Uint8Array {
  const size = side * side * 3;
  const frames = new Uint8Array(pictures.length * size);
  pictures.forEach((picture, k) => {
    const same = pictures.indexOf(picture);
    frames.set(
      same < k
        ? frames.subarray(same * size, (same + 1) * size)
        : fitFrame(picture.data, picture.width, picture.height, 'bicubic', side),
      k * size,
    );
  });
  return frames;
}

/** What a whole input file already says; null where there is none that can be read. */
async function readPrepared({ inputPath, thumbnailPath, aligned }: PrepareInput): Promise<PreparedClip | null> {
  try {
    if (thumbnailPath && (await stat(thumbnailPath)).size === 0) return null;
    const header = await readInputHeader(inputPath);
    if (header?.metadata.badges === undefined || (aligned && !holdsAligned(header))) return null;
    const { badges, startS, endS } = header.metadata;
    return {
      badges: badges.split(' ').filter(Boolean) as Badge[],
      startS: Number(startS),
      endS: Number(endS),
      waveform: header.tensors.includes('waveform'),
      fbank: header.tensors.includes('fbank'),
      frames: header.tensors.includes('frames'),
    };
  } catch {
    return null;
  }
}

let writtenSinceBound = Number.POSITIVE_INFINITY;

/**
 * An input that is already there is not decoded again (its name holds content and window). Otherwise writes the input (layout in ARCHITECTURE.md) and the thumbnail, each atomically.
 * @throws EngineError DECODE_FAILED, NOT_FOUND, DISK_FULL, CANCELLED, with the path
 */
export async function prepareClip(
  decoder: MediaDecoder,
  input: PrepareInput,
  signal?: AbortSignal,
): Promise<PreparedClip> {
  const ready = await readPrepared(input);
  if (ready) return ready;
  const facts =
    input.kind && input.durationS !== undefined && !input.ownRate
      ? { kind: input.kind, durationS: input.durationS, sampleRateHz: null }
      : await probeFile(decoder, input.path, signal);
  const startS = input.startS ?? 0;
  const endS = input.endS ?? Math.min(facts.durationS, startS + (input.windowS ?? 10));
  if (facts.kind !== 'image' && endS <= startS)
    throw new EngineError(
      'BAD_INPUT',
      `there is nothing at ${startS} s: the file lasts ${Number(facts.durationS.toFixed(3))} s`,
      { path: input.path, field: 'startS' },
    );
  const rateHz = (input.ownRate ? facts.sampleRateHz : null) ?? soundRateHz;
  const { samples, pictures, aligned, salvaged } = await decode(
    decoder,
    { path: input.path, kind: facts.kind, rateHz, aligned: input.aligned ?? false },
    { startS, endS },
    signal,
  );
  const side = input.frameSize ?? frameSize;
  const features = samples && fbank(samples, rateHz, undefined, input.maxFrames);
  const frames = pictures && fitFrames(pictures, side);
  const badges = inputBadges({
    kind: facts.kind,
    startS,
    endS,
    durationS: facts.durationS,
    samples,
    sampleRateHz: rateHz,
    frames,
    salvaged,
  });
  const tensors: Record<string, Tensor> = {};
  if (samples) tensors.waveform = { shape: [samples.length], data: samples };
  if (features) tensors.fbank = { shape: [features.length / 128, 128], data: features };
  if (frames) tensors.frames = { shape: [framesPerClip, side, side, 3], data: frames };
  if (aligned) tensors.aligned = { shape: [alignedFramesPerClip, side, side, 3], data: fitFrames(aligned, side) };
  const bytes = encodeSafetensors(tensors, {
    startS: String(startS),
    endS: String(endS),
    badges: badges.join(' '),
    sampleRateHz: String(rateHz),
    ...(input.aligned && { [alignedMark]: String(alignedFramesPerClip) }),
  });
  await writeAtomically(input.inputPath, bytes);
  if (input.thumbnailPath) {
    const picture = pictures ? pictures[pictures.length >> 1]! : spectrogramPicture(features!);
    await writeAtomically(input.thumbnailPath, await thumbnailJpeg(picture));
  }
  writtenSinceBound += bytes.length;
  if (writtenSinceBound > inputCacheBytes() / 20) {
    writtenSinceBound = 0;
    // Marks its own file as the newest first, so that it outlives the tidying.
    await utimes(input.inputPath, new Date(), new Date());
    await boundFolder(dirname(input.inputPath), inputCacheBytes());
  }
  return { badges, startS, endS, waveform: !!samples, fbank: !!features, frames: !!frames };
}
