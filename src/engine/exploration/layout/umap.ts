// The map: principal axes, neighbours, fuzzy graph, layout. A first picture comes as soon as the axes are known,
// further ones while it settles.
import { breathe } from '../../base/breathe.ts';
import { fewClips, spreadApart } from './fewClips.ts';
import { fuzzyGraph } from './fuzzyGraph.ts';
import { alignedPositions, principalPositions } from './initialPositions.ts';
import { lowDimensionalCurve } from './lowDimensionalCurve.ts';
import type { NeighbourGraph } from '../neighbours/neighbourGraph.ts';
import { superviseGraph } from './superviseGraph.ts';
import { UmapJsLayout, umapJsUpTo } from './umapJsLayout.ts';
import { UmapLayout } from './umapLayout.ts';

export interface UmapOptions {
  minDist: number;
  seed: number;
  /** 500 up to 10,000 rows, 200 above, as umap-learn has it. */
  epochs?: number;
  /** [rows], -1 unknown. */
  labels?: Int32Array;
  /** Which layout draws; by the number of rows where left out. */
  engine?: 'umap-js' | 'flat';
  /** Positions [rows, 2] of another map to start from; NaN where it lacks a row. */
  initial?: Float32Array;
}

/** `neighbours` includes the point itself, as everywhere UMAP's n_neighbors does. */
export interface UmapInput {
  /** Rows on their principal axes, [rows, dim]. */
  reduced: Float32Array;
  rows: number;
  dim: number;
  neighbours: (onProgress: (share: number) => void) => Promise<NeighbourGraph>;
}

export interface UmapProgress {
  xy: Float32Array;
  epoch: number;
  epochs: number;
  settled: boolean;
}

const pieceMs = 40;
const pictureMs = 250;

export const epochsFor = (rows: number): number => (rows <= 10_000 ? 500 : 200);

/** Resolves with positions [rows, 2]. `onPicture` gets copies it may keep. Deterministic by seed. Throws CANCELLED. */
export async function umap(
  { reduced, rows, dim, neighbours }: UmapInput,
  options: UmapOptions,
  onPicture: (progress: UmapProgress) => void,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const epochs = options.epochs ?? epochsFor(rows);
  const axes = principalPositions(reduced, rows, dim, options.seed);
  if (rows < fewClips) return spreadApart(axes);
  onPicture({ xy: withoutGaps(options.initial, axes), epoch: 0, epochs, settled: false });
  await breathe(signal);
  const graph = await neighbours(() => {});
  await breathe(signal);
  const start = options.initial ? alignedPositions(options.initial, axes, graph) : axes;
  const layout =
    (options.engine ?? (rows <= umapJsUpTo ? 'umap-js' : 'flat')) === 'umap-js'
      ? new UmapJsLayout(graph, start, { minDist: options.minDist, epochs, seed: options.seed, labels: options.labels })
      : flatLayout(graph, start, options, epochs);
  let lastPicture = 0;
  while (!layout.done) {
    await breathe(signal);
    layout.advance(Date.now() + pieceMs);
    if (!layout.done && Date.now() - lastPicture >= pictureMs) {
      onPicture({ xy: layout.positions.slice(), epoch: layout.epoch, epochs, settled: false });
      lastPicture = Date.now();
    }
  }
  return layout.positions;
}

/** Our own graph and layout on flat arrays, for collections that umap-js is too slow and too large for. */
function flatLayout(graph: NeighbourGraph, start: Float32Array, options: UmapOptions, epochs: number): UmapLayout {
  const fuzzy = fuzzyGraph(graph);
  const joined = options.labels ? superviseGraph(fuzzy, options.labels) : fuzzy;
  return new UmapLayout(joined, start, { curve: lowDimensionalCurve(options.minDist), epochs, seed: options.seed });
}

function withoutGaps(initial: Float32Array | undefined, axes: Float32Array): Float32Array {
  return initial ? initial.map((value, i) => (Number.isNaN(value) ? axes[i]! : value)) : axes.slice();
}
