// Fresh values of a parameter (reference `initialize_weights`): sin-cos positional tables, xavier-uniform linear and
// patch weights (the latter flattened), zero biases, LayerNorms at one and zero, tokens from N(0, .02), register tokens
// from N(0, 1).
import { gridA, gridV, type CavMaeConfig } from './config.ts';
import { posEmbed } from './posEmbed.ts';
import { randomStream } from '../base/randomStream.ts';

/** Value of parameter `name` with the given shape; the same for the same seed, whatever else is made. */
export function initialValue(config: CavMaeConfig, name: string, shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((n, d) => n * d, 1);
  if (name.includes('pos_embed')) return posEmbed(shape[2]!, name.endsWith('_a') ? gridA(config) : gridV(config));
  if (name.endsWith('.bias')) return new Float32Array(size);
  if (shape.length === 1) return new Float32Array(size).fill(1);
  const stream = randomStream(`${seed}:${name}`);
  if (shape.length === 3) return Float32Array.from({ length: size }, () => 0.02 * stream.normal());
  if (name === 'register_tokens') return Float32Array.from({ length: size }, () => stream.normal());
  const fanOut = shape[0]!;
  const limit = Math.sqrt(6 / (fanOut + size / fanOut));
  return Float32Array.from({ length: size }, () => limit * (2 * stream.uniform() - 1));
}
