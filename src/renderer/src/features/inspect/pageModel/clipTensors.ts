// A clip's input file → the tensors of the exported graph: the paper's normalisation (section 4.1), as the engine does it.
import type { Tensor, TensorFile } from '../../../../../shared/wire/safetensors.ts';
import { melBands } from '../../../../../shared/figures/pictures.ts';
import type { InputSizes } from '../../../../../shared/figures/pictures.ts';
import { lastOf } from './lastOf.ts';

/** `audio` [T, 128] and `image` [3, S, S] of one frame, normalised as the encoder takes them. */
export interface ClipTensors {
  audio: Float32Array;
  image: Float32Array;
}

export const [audioMean, audioSpread] = [-5.081, 4.4849];
const imageMean = [0.485, 0.456, 0.406] as const;
const imageSpread = [0.229, 0.224, 0.225] as const;

/** Log-mel [any, 128] → [audioLength, 128]: cut or padded with zeros, and only then normalised: (x + 5.081) / 4.4849. */
export function audioInput(fbank: Float32Array, audioLength: number): Float32Array {
  const padded = new Float32Array(audioLength * melBands);
  padded.set(fbank.subarray(0, padded.length));
  return padded.map((value) => (value - audioMean) / audioSpread);
}

/** RGB bytes [S, S, 3] → [3, S, S]: (value / 255 - mean) / spread per channel. */
export function imageInput(frame: Uint8Array): Float32Array {
  const size = frame.length / 3;
  const out = new Float32Array(size * 3);
  for (let i = 0; i < size; i++)
    for (let c = 0; c < 3; c++) out[c * size + i] = (frame[i * 3 + c]! / 255 - imageMean[c]!) / imageSpread[c]!;
  return out;
}

/** Normalised [3, S, S] → RGB in 0…1, not clipped. */
export function imageColours(image: Float32Array): Float32Array {
  const size = image.length / 3;
  return image.map((value, i) => value * imageSpread[Math.floor(i / size)]! + imageMean[Math.floor(i / size)]!);
}

const soundOf = lastOf(audioInput);
/** Frame `index` of a file's. */
const frameOf = lastOf((frames: Tensor, index: number) => {
  const bytes = frames.data.length / frames.shape[0]!;
  return imageInput((frames.data as Uint8Array).subarray(index * bytes, (index + 1) * bytes));
});

/** The same arrays for the same file and frame. Null where the clip lacks sound or picture: such a clip the engine reconstructs. @throws where the file's frames have another size */
export function clipTensors(
  { tensors }: TensorFile,
  frame: number,
  { audioLength, imgSize }: InputSizes,
): ClipTensors | null {
  const { fbank, frames } = tensors;
  if (!(fbank?.data instanceof Float32Array) || !(frames?.data instanceof Uint8Array)) return null;
  if (frames.shape[1] !== imgSize)
    throw new Error(`the clip's frames are ${frames.shape[1]} pixels wide, the model takes ${imgSize}`);
  return { audio: soundOf(fbank.data, audioLength), image: frameOf(frames, Math.min(frame, frames.shape[0]! - 1)) };
}
