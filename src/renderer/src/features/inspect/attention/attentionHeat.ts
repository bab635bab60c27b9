// Attention weights as heat over sound and picture.
import type { Picture } from '../../../../../shared/figures/pictures.ts';
import { heatPicture } from '../localise/soundSource.ts';

/**
 * What one token looks at, or the mean over all of them: [L], sums to 1.
 * @param weights [L, L], row = the token that looks
 */
export function attended(weights: Float32Array, token: number | null): Float32Array {
  const length = Math.sqrt(weights.length);
  if (token !== null) return weights.slice(token * length, (token + 1) * length);
  const out = new Float32Array(length);
  for (let i = 0; i < weights.length; i++) out[i % length]! += weights[i]! / length;
  return out;
}

export interface AttentionHeat {
  sound: Picture | null;
  picture: Picture | null;
  /** Share of the attention that goes to sound. */ toSound: number;
}

/**
 * One scale for both modalities, so that they can be compared, from the 2nd to the 98th percentile. Sound first, as
 * tokens are.
 */
export function attentionHeat(weights: Float32Array, tokensA: number, token: number | null): AttentionHeat {
  const row = attended(weights, token);
  const sorted = row.toSorted();
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)]!;
  const range = { low: at(0.02), high: Math.max(at(0.98), at(0.02) + 1e-9) };
  const [a, v] = [row.subarray(0, tokensA), row.subarray(tokensA)];
  return {
    sound: a.length ? heatPicture(a, a.length / 8, range, true) : null,
    picture: v.length ? heatPicture(v, Math.sqrt(v.length), range, false) : null,
    toSound: a.reduce((sum, x) => sum + x, 0),
  };
}
