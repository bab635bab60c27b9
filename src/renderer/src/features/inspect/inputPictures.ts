// The model's input of a clip as pictures: its spectrogram and its ten frames.
import type { TensorFile } from '../../../../shared/wire/safetensors.ts';
import { melPlane, soundFrames, truePicture } from '../../../../shared/figures/pictures.ts';
import { paperSizes } from '../../../../shared/signal/patchGrid.ts';
import type { Picture } from '../../../../shared/figures/pictures.ts';
import { fbankInput } from '../../../../shared/signal/fbankInput.ts';

/**
 * The spectrogram, cut or padded to the model's length, and how many of its columns hold sound. Null for a clip without
 * sound.
 */
export function soundPicture(
  { tensors: { fbank } }: TensorFile,
  audioLength = paperSizes.audioLength,
): { picture: Picture; frames: number } | null {
  if (!(fbank?.data instanceof Float32Array)) return null;
  const input = fbankInput(fbank.data, audioLength);
  return { picture: truePicture(melPlane(input)), frames: soundFrames(input) };
}

/** Frame k, the last one where there are fewer. Null for a clip without picture. */
export function framePicture({ tensors: { frames } }: TensorFile, k: number): Picture | null {
  if (!(frames?.data instanceof Uint8Array)) return null;
  const [width, height] = [frames.shape[2]!, frames.shape[1]!];
  const size = width * height;
  const from = Math.min(k, frames.shape[0]! - 1) * size * 3;
  const pixels = new Uint8ClampedArray(size * 4).fill(255);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) pixels[i * 4 + c] = frames.data[from + i * 3 + c]!;
  return { width, height, pixels };
}
