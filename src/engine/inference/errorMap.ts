// Reconstruction error per patch, averaged over the masks that hide it: where the model finds a clip hard to tell.
import type { Model } from '../model/model.ts';
import type { ClipInput } from './clipInput.ts';
import { reconstructClip, type MaskRequest, type ReconstructedPart } from './reconstruct.ts';

/** `audio` [8 x T/16] and `visual` [S/16 x S/16] in the units of the loss, NaN for a patch that no mask hid; losses are means over the masks. */
export interface ErrorMaps {
  audio: Float32Array | null;
  visual: Float32Array | null;
  lossA: number | null;
  lossV: number | null;
}

interface Sum {
  error: Float32Array;
  hidden: Float32Array;
  losses: number[];
}

function add(sum: Sum | null, part: ReconstructedPart | null): Sum | null {
  if (!part) return sum;
  const into = sum ?? {
    error: new Float32Array(part.error.length),
    hidden: new Float32Array(part.error.length),
    losses: [],
  };
  part.mask.forEach((gone, i) => {
    into.error[i]! += gone * part.error[i]!;
    into.hidden[i]! += gone;
  });
  if (part.loss !== null) into.losses.push(part.loss);
  return into;
}

const meanMap = (sum: Sum | null): Float32Array | null =>
  sum && sum.error.map((error, i) => (sum.hidden[i] ? error / sum.hidden[i]! : NaN));
const meanLoss = (sum: Sum | null): number | null =>
  sum && sum.losses.length ? sum.losses.reduce((a, b) => a + b, 0) / sum.losses.length : null;

/** `step` is called before each mask, so that long work can be stopped. @throws as `reconstructClip` */
export async function errorMapsOfClip(
  model: Model,
  clip: ClipInput,
  frame: number,
  masks: readonly MaskRequest[],
  step: () => Promise<void>,
): Promise<ErrorMaps> {
  let [a, v]: [Sum | null, Sum | null] = [null, null];
  for (const mask of masks) {
    await step();
    const parts = reconstructClip(model, clip, frame, mask);
    [a, v] = [add(a, parts.a), add(v, parts.v)];
  }
  return { audio: meanMap(a), visual: meanMap(v), lossA: meanLoss(a), lossV: meanLoss(v) };
}
