// A clip's input file → the tensors of the exported graph.
import type { Tensor, TensorFile } from '../../../../../shared/wire/safetensors.ts';
import type { InputSizes } from '../../../../../shared/signal/patchGrid.ts';
import { fbankInput } from '../../../../../shared/signal/fbankInput.ts';
import { normaliseFrames } from '../../../../../shared/signal/frameInput.ts';
import { lastOf } from './lastOf.ts';

/** `audio` [T, 128] and `image` [3, S, S] of one frame, normalised as the encoder takes them. */
export interface ClipTensors {
  audio: Float32Array;
  image: Float32Array;
}

const soundOf = lastOf((fbank: Float32Array, audioLength: number) => fbankInput(fbank, audioLength));
/** Frame `index` of a file's. */
const frameOf = lastOf((frames: Tensor, index: number) => {
  const bytes = frames.data.length / frames.shape[0]!;
  return normaliseFrames((frames.data as Uint8Array).subarray(index * bytes, (index + 1) * bytes), frames.shape[1]);
});

/**
 * The same arrays for the same file and frame. Null where the clip lacks sound or picture: such a clip the engine
 * reconstructs.
 * @throws where the file's frames have another size
 */
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
