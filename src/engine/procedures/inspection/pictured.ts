// A reconstruction by the compute worker, ready to be painted.
import type { MaskSpec } from '../../../shared/contract/model.ts';
import { sideOf, type Pictured } from '../../../shared/figures/reconstructionSide.ts';
import type { EngineContext } from '../engineContext.ts';

export interface PictureRequest {
  model: string;
  input: string;
  frame: number;
  mask: MaskSpec;
}

/** @throws as the worker's `reconstruct` */
export async function pictured(
  { compute }: Pick<EngineContext, 'compute'>,
  request: PictureRequest,
  signal?: AbortSignal,
): Promise<Pictured> {
  const { a, v, perPatchStatistics } = await compute.calls.reconstruct(request, signal ? { signal } : {});
  return { A: a && sideOf('A', a), V: v && sideOf('V', v), perPatchStatistics };
}

const names = {
  unstructured: 'random',
  time: 'time',
  freq: 'frequency',
  tf: 'time and frequency',
  hand: 'painted',
} as const;

/** A mask as captions tell it. */
export const maskingText = ({ mode, ratioA, ratioV, seed }: MaskSpec): string =>
  mode === 'hand'
    ? names.hand
    : `${names[mode]}, ${Math.round(ratioA * 100)} % of the sound and ${Math.round(ratioV * 100)} % of the picture, seed ${seed}`;
