// Which patches are removed (paper section 2.3 and appendix on masking). Plain arrays: the same on every backend.
//
// N batch, L tokens. mask: 1 = removed. Kept tokens stay in shuffled order, the order of `idsKeep`.
import { EngineError } from '../../shared/engineError.ts';
import { randomStream } from '../base/randomStream.ts';

export interface Mask {
  batch: number;
  length: number;
  lenKeep: number;
  /** [N, lenKeep]: token indices kept, in ascending order of noise. */
  idsKeep: Int32Array;
  /** [N, L]: every token index in ascending order of noise; its first lenKeep per sample are idsKeep. */
  idsShuffle: Int32Array;
  /** [N, L]: the inverse permutation. */
  idsRestore: Int32Array;
  /** [N, L]: 1 = removed. */
  mask: Float32Array;
}

export type MaskMode = 'unstructured' | 'time' | 'freq' | 'tf';

/** Noise of a token removed by structure: above every draw of [0, 1). */
const STRUCTURED = 1.1;
/** Share of the ratio that `tf` spends on each of its two directions. */
const TF_SHARE = 0.7;

/** int(L (1 - ratio)) in float arithmetic, as the reference computes it: 512 at .75 keeps 128, at .65 179. */
export const keptTokens = (length: number, ratio: number): number => Math.trunc(length * (1 - ratio));

/** Keeps the `lenKeep` tokens of smallest noise [N, L]; among equals, the lowest index first. */
export function maskFromNoise(noise: Float32Array, batch: number, length: number, lenKeep: number): Mask {
  if (noise.length !== batch * length)
    throw new EngineError(
      'BAD_INPUT',
      `mask noise holds ${noise.length} values, [${batch}, ${length}] needs ${batch * length}`,
      { field: 'noise' },
    );
  const mask: Mask = {
    batch,
    length,
    lenKeep,
    idsKeep: new Int32Array(batch * lenKeep),
    idsShuffle: new Int32Array(batch * length),
    idsRestore: new Int32Array(batch * length),
    mask: new Float32Array(batch * length).fill(1),
  };
  for (let n = 0; n < batch; n++) {
    const of = noise.subarray(n * length, (n + 1) * length);
    const order = Int32Array.from({ length }, (_, i) => i).sort((i, j) => of[i]! - of[j]! || i - j);
    mask.idsShuffle.set(order, n * length);
    mask.idsKeep.set(order.subarray(0, lenKeep), n * lenKeep);
    order.forEach((token, rank) => {
      mask.idsRestore[n * length + token] = rank;
      if (rank < lenKeep) mask.mask[n * length + token] = 0;
    });
  }
  return mask;
}

/** `count` different numbers below n, drawn without replacement. */
function sample(n: number, count: number, below: (n: number) => number): number[] {
  const left = Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: count }, () => left.splice(below(left.length), 1)[0]!);
}

/** The columns (time) and rows (frequency) to remove, per sample. */
export interface Structure {
  columns: number[][];
  rows: number[][];
}

/**
 * Draws a structure for a grid [rows, columns]; for `tf` all samples' columns are drawn before all rows, as in the
 * reference.
 */
export function drawStructure(
  mode: MaskMode,
  ratio: number,
  batch: number,
  [rows, columns]: readonly [number, number],
  below: (n: number) => number,
): Structure {
  const share = mode === 'tf' ? ratio * TF_SHARE : ratio;
  const draw = (wanted: boolean, size: number) =>
    Array.from({ length: batch }, () => (wanted ? sample(size, Math.trunc(size * share), below) : []));
  const drawnColumns = draw(mode === 'time' || mode === 'tf', columns);
  return { columns: drawnColumns, rows: draw(mode === 'freq' || mode === 'tf', rows) };
}

/** Raises the noise [N, L] of structurally removed tokens above all others, in place. */
export function addStructure(
  noise: Float32Array,
  { columns, rows }: Structure,
  [gridRows, gridColumns]: readonly [number, number],
): Float32Array {
  const length = gridRows * gridColumns;
  columns.forEach((of, n) =>
    of.forEach((column) => {
      for (let row = 0; row < gridRows; row++) noise[n * length + row * gridColumns + column] = STRUCTURED;
    }),
  );
  rows.forEach((of, n) =>
    of.forEach((row) => noise.fill(STRUCTURED, n * length + row * gridColumns, n * length + (row + 1) * gridColumns)),
  );
  return noise;
}

/** The same masks for samples from … to - 1 only. */
export function rowsOfMask(mask: Mask, from: number, to: number): Mask {
  const { batch, length, lenKeep } = mask;
  if (from === 0 && to === batch) return mask;
  const all = <T extends Int32Array | Float32Array>(values: T) => values.slice(from * length, to * length) as T;
  return {
    batch: to - from,
    length,
    lenKeep,
    idsKeep: mask.idsKeep.slice(from * lenKeep, to * lenKeep),
    idsShuffle: all(mask.idsShuffle),
    idsRestore: all(mask.idsRestore),
    mask: all(mask.mask),
  };
}

/** Uniform noise [N, L] from a seeded stream; `name` tells audio from image. */
export function maskNoise(seed: number, name: 'a' | 'v', batch: number, length: number): Float32Array {
  const stream = randomStream(`${seed}:mask_${name}`);
  return Float32Array.from({ length: batch * length }, stream.uniform);
}

/** A seeded mask over a token grid. Structured modes are for audio; the reference masks images unstructured, always. */
export function drawMask(
  mode: MaskMode,
  ratio: number,
  batch: number,
  grid: readonly [number, number],
  seed: number,
  name: 'a' | 'v',
): Mask {
  const length = grid[0] * grid[1];
  const noise = maskNoise(seed, name, batch, length);
  if (mode !== 'unstructured')
    addStructure(noise, drawStructure(mode, ratio, batch, grid, randomStream(`${seed}:structure_${name}`).below), grid);
  return maskFromNoise(noise, batch, length, keptTokens(length, ratio));
}

/**
 * The mask that removes exactly the given tokens, the same for every sample; kept tokens in index order.
 * @throws EngineError BAD_INPUT for an index outside the grid.
 */
export function maskByHand(removed: readonly number[], batch: number, length: number): Mask {
  const noise = new Float32Array(batch * length);
  const gone = new Set(removed);
  for (const token of gone) {
    if (!Number.isInteger(token) || token < 0 || token >= length)
      throw new EngineError('BAD_INPUT', `patch ${token} does not exist: there are ${length}`, { field: 'mask' });
    for (let n = 0; n < batch; n++) noise[n * length + token] = 1;
  }
  return maskFromNoise(noise, batch, length, length - gone.size);
}
