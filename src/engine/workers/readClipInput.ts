// Reads the input file that the media worker wrote for a clip (ARCHITECTURE.md, "Bulk numbers").
import { readFile } from 'node:fs/promises';
import { EngineError } from '../../shared/engineError.ts';
import { decodeSafetensors, type Tensor, type TensorFile } from '../../shared/wire/safetensors.ts';
import type { ClipInput, Frames } from '../inference/clipInput.ts';

/** @throws EngineError NOT_FOUND, or BAD_INPUT naming what is wrong with the file. */
export async function readClipInput(path: string): Promise<ClipInput> {
  const bytes = await readFile(path).catch((thrown: unknown) => {
    throw EngineError.from(thrown);
  });
  let file: TensorFile;
  try {
    file = decodeSafetensors(bytes);
  } catch (thrown) {
    throw new EngineError(
      'BAD_INPUT',
      `the clip's input file is damaged: ${(thrown as Error).message}`,
      { path },
      thrown,
    );
  }
  const { fbank, frames, aligned } = file.tensors;
  if (fbank && !(fbank.data instanceof Float32Array && fbank.shape.length === 2 && fbank.shape[1] === 128))
    throw new EngineError('BAD_INPUT', `fbank has shape [${fbank.shape.join(', ')}], [T, 128] of float32 is needed`, {
      path,
      field: 'fbank',
    });
  return {
    fbank: (fbank?.data as Float32Array | undefined) ?? null,
    frames: frames ? framesOf(frames, 'frames', path) : null,
    ...(aligned && { aligned: framesOf(aligned, 'aligned', path) }),
  };
}

function framesOf({ data, shape }: Tensor, field: string, path: string): Frames {
  if (!(data instanceof Uint8Array && shape.length === 4 && shape[1] === shape[2] && shape[3] === 3))
    throw new EngineError(
      'BAD_INPUT',
      `${field} have shape [${shape.join(', ')}], [F, size, size, 3] of bytes is needed`,
      { path, field },
    );
  return { data, count: shape[0]!, size: shape[1]! };
}
