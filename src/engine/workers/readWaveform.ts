// The sound of a clip's input file, for mixing two clips before their features are taken.
import { readFile } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import { decodeSafetensors } from '../../shared/wire/safetensors.ts';

/** [S] at 16 kHz; null where the clip has no sound. */
export async function readWaveform(path: string): Promise<Float32Array | null> {
  const bytes = await readFile(path).catch((thrown: unknown) => {
    throw EngineError.from(thrown);
  });
  const data = decodeSafetensors(bytes).tensors.waveform?.data;
  return data instanceof Float32Array ? data : null;
}
