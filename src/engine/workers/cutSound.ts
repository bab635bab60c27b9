// A stretch of a recording's first channel as a WAV file of its own, 16 bits, at the recording's own rate.
import { EngineError } from '../../shared/engineError.ts';
import { writeAtomically } from '../base/writeAtomically.ts';
import type { MediaDecoder } from '../media/mediaDecoder.ts';

export interface CutSoundRequest {
  path: string;
  startS: number;
  endS: number;
  rateHz: number;
  outputPath: string;
}

/** @throws BAD_INPUT where the recording has no sound there */
export async function cutSound(decoder: MediaDecoder, request: CutSoundRequest, signal: AbortSignal): Promise<void> {
  const { path, startS, endS, rateHz, outputPath } = request;
  const sound = await decoder.sound(path, { startS, endS }, rateHz, signal);
  if (!sound || sound.samples.length === 0)
    throw new EngineError('BAD_INPUT', `${path} has no sound from ${startS} s to ${endS} s`, { path });
  const { samples } = sound;
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rateHz, 24);
  bytes.writeUInt32LE(rateHz * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [i, sample] of samples.entries())
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32767), 44 + i * 2);
  await writeAtomically(outputPath, bytes);
}
