// A clip's input file → the tensors of the exported graph: the paper's normalisation (section 4.1), as the engine does it.
import type { TensorFile } from '../../../../shared/wire/safetensors.ts';
import { audioGrid, visualGrid } from '../../../../shared/figures/pictures.ts';

/** `audio` [1024, 128] and `image` [3, 224, 224] of one frame, normalised as the encoder takes them. */
export interface ClipTensors { audio: Float32Array; image: Float32Array }

export const [audioMean, audioSpread] = [-5.081, 4.4849];
const imageMean = [0.485, 0.456, 0.406] as const;
const imageSpread = [0.229, 0.224, 0.225] as const;

/** Log-mel [T, 128] → [1024, 128]: cut or padded with zeros, and only then normalised: (x + 5.081) / 4.4849. */
export function audioInput(fbank: Float32Array): Float32Array {
  const padded = new Float32Array(audioGrid.width * audioGrid.height);
  padded.set(fbank.subarray(0, padded.length));
  return padded.map((value) => (value - audioMean) / audioSpread);
}

/** RGB bytes [224, 224, 3] → [3, 224, 224]: (value / 255 - mean) / spread per channel. */
export function imageInput(frame: Uint8Array): Float32Array {
  const size = visualGrid.width * visualGrid.height;
  const out = new Float32Array(size * 3);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) out[c * size + i] = (frame[i * 3 + c]! / 255 - imageMean[c]!) / imageSpread[c]!;
  return out;
}

/** Normalised [3, 224, 224] → RGB in 0…1, not clipped. */
export function imageColours(image: Float32Array): Float32Array {
  const size = visualGrid.width * visualGrid.height;
  return image.map((value, i) => value * imageSpread[Math.floor(i / size)]! + imageMean[Math.floor(i / size)]!);
}

/** Null where the clip lacks sound or picture: such a clip the engine reconstructs. */
export function clipTensors({ tensors }: TensorFile, frame: number): ClipTensors | null {
  const { fbank, frames } = tensors;
  const bytes = visualGrid.width * visualGrid.height * 3;
  if (!(fbank?.data instanceof Float32Array) || !(frames?.data instanceof Uint8Array) || frames.shape[1] !== visualGrid.height || frames.data.length < bytes) return null;
  const index = Math.min(frame, frames.shape[0]! - 1);
  return { audio: audioInput(fbank.data), image: imageInput(frames.data.subarray(index * bytes, (index + 1) * bytes)) };
}
