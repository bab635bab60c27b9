// The animated sweep of a mask over one clip. Masks of one seed are nested: what is hidden at a ratio stays hidden at
// the next.
import type { MaskSpec } from '../../../shared/contract/model.ts';
import { maskSweepAnimation, type AnimationFormat, type SweepFrame } from '../../figures/maskSweepAnimation.ts';
import type { EngineContext } from '../engineContext.ts';
import { pictured } from './pictured.ts';

export interface AnimationRequest {
  model: string;
  input: string;
  frame: number;
  mode: Exclude<MaskSpec['mode'], 'hand'>;
  hide: 'both' | 'sound' | 'picture';
  seed: number;
  steps: number;
  format: AnimationFormat;
}

/** Everything hidden leaves nothing to tell from, unless the other modality stays. */
const mostOfBoth = 0.95;

export async function maskAnimation(
  context: Pick<EngineContext, 'compute'>,
  { model, input, frame, mode, hide, seed, steps, format }: AnimationRequest,
  signal?: AbortSignal,
): Promise<Buffer> {
  const most = hide === 'both' ? mostOfBoth : 1;
  const frames: SweepFrame[] = [];
  for (let k = 0; k < steps; k++) {
    signal?.throwIfAborted();
    const ratio = (most * k) / (steps - 1);
    const mask = { mode, ratioA: hide === 'picture' ? 0 : ratio, ratioV: hide === 'sound' ? 0 : ratio, seed };
    frames.push({ ratio, pictured: await pictured(context, { model, input, frame, mask }, signal) });
  }
  return maskSweepAnimation(frames, format);
}
