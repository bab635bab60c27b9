// Decodes a whole recording into what detectors look at: spectra every 10 ms and small pictures ten times a second.
import { EngineError } from '../../shared/engineError.ts';
import { encodeSafetensors, type Tensor } from '../../shared/wire/safetensors.ts';
import { writeAtomically } from '../base/writeAtomically.ts';
import {
  gridChannels,
  gridSize,
  pictureInput,
  pictureRateHz,
  pictureSize,
  smallBrightness,
  type PictureInput,
} from '../events/pictureInput.ts';
import { spectralBands, spectralInput } from '../events/spectralInput.ts';
import type { MediaDecoder } from '../media/mediaDecoder.ts';
import { fbank, frameCount } from '../preprocess/fbank.ts';

export interface DetectorInputRequest {
  path: string;
  durationS: number;
  outputPath: string;
}
const rateHz = 16_000;
/** Seconds decoded at once; spectra overlap by a window of 25 ms. */
const soundPieceS = 120;
const picturePieceS = 30;

/** @throws DECODE_FAILED where the recording has neither sound nor picture */
export async function writeDetectorInput(
  decoder: MediaDecoder,
  { path, durationS, outputPath }: DetectorInputRequest,
  signal: AbortSignal,
): Promise<{ sound: boolean; picture: boolean }> {
  const tensors: Record<string, Tensor> = {};
  const spectrum = await spectrumOf(decoder, path, durationS, signal);
  if (spectrum) tensors.spectrum = { shape: [spectrum.length / spectralBands, spectralBands], data: spectrum };
  const pictures = await picturesOf(decoder, path, durationS, signal);
  if (pictures) {
    const frames = pictures.pictures.length / pictureSize ** 2;
    tensors.pictures = { shape: [frames, pictureSize, pictureSize], data: pictures.pictures };
    tensors.grid = { shape: [frames, gridSize, gridSize, gridChannels], data: pictures.grid };
  }
  if (!spectrum && !pictures)
    throw new EngineError('DECODE_FAILED', 'the recording has neither sound nor picture', { path });
  await writeAtomically(outputPath, encodeSafetensors(tensors));
  return { sound: spectrum !== null, picture: pictures !== null };
}

async function spectrumOf(
  decoder: MediaDecoder,
  path: string,
  durationS: number,
  signal: AbortSignal,
): Promise<Float32Array | null> {
  const pieces: Float32Array[] = [];
  for (let startS = 0; startS < durationS; startS += soundPieceS) {
    const sound = await decoder.sound(
      path,
      { startS, endS: Math.min(durationS + 0.2, startS + soundPieceS + 0.015) },
      rateHz,
      signal,
    );
    if (!sound) return null;
    if (frameCount(sound.samples.length, rateHz) > 0) pieces.push(fbank(sound.samples, rateHz, 0, soundPieceS * 100));
  }
  if (pieces.length === 0) return null;
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return spectralInput(all);
}

async function picturesOf(
  decoder: MediaDecoder,
  path: string,
  durationS: number,
  signal: AbortSignal,
): Promise<PictureInput | null> {
  const brightness: Uint8Array[] = [];
  for (let startS = 0; startS < durationS; startS += picturePieceS) {
    const endS = Math.min(durationS, startS + picturePieceS);
    const count = Math.max(1, Math.round((endS - startS) * pictureRateHz));
    const decoded = await decoder.pictures(path, { startS, endS }, count, signal);
    if (decoded)
      for (let k = 0; k < count; k++)
        brightness.push(smallBrightness(decoded.pictures[Math.min(k, decoded.pictures.length - 1)]!));
    else if (brightness.length > 0) for (let k = 0; k < count; k++) brightness.push(brightness.at(-1)!);
    else return null;
  }
  return brightness.length > 0 ? pictureInput(brightness) : null;
}
