// Loaded matrices with what was computed from them (reduced rows, neighbour graphs, search index), kept until the file
// changes or memory is needed for others: a repeated question is answered in milliseconds.
import { stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { CellIndex } from './cellIndex.ts';
import { buildIndex, neighbourGraph, type NeighbourGraph } from './neighbourGraph.ts';
import { readPresentRows, type MatrixFile, type PresentRows } from './presentRows.ts';
import { principalAxes, projectOnAxes, type PrincipalAxes } from '../layout/principalAxes.ts';
import type { UsearchIndex } from './usearch.ts';

/** Above this many rows a search goes through cells, and the index that a map builds is kept for the next map. */
export const exactSearchUpTo = 200_000;

/** Dimensions kept before neighbours are sought. */
export const reducedDim = 50;

export interface Reduced {
  data: Float32Array;
  dim: number;
  axes: PrincipalAxes;
}

/** One matrix and its derivatives, each made when first asked for. */
export class LoadedMatrix {
  readonly present: PresentRows;
  private reducing: Promise<Reduced> | null = null;
  private readonly graphs = new Map<number, NeighbourGraph>();
  private index: UsearchIndex | null = null;
  private cells: CellIndex | null = null;
  private building: Promise<CellIndex> | null = null;

  private readonly exactUpTo: number;

  constructor(present: PresentRows, exactUpTo = exactSearchUpTo) {
    this.present = present;
    this.exactUpTo = exactUpTo;
  }

  get bytes(): number {
    const { rows, dim } = this.present;
    return (
      rows * (dim + (this.reducing ? reducedDim : 0) + (this.index ? 2 * reducedDim : 0)) * 4 +
      (this.cells?.bytes ?? 0) +
      [...this.graphs.values()].reduce((sum, graph) => sum + graph.rows * graph.k * 8, 0)
    );
  }

  /** Rows on their leading principal axes. */
  reduced(signal?: AbortSignal): Promise<Reduced> {
    this.reducing ??= this.reduce(signal).catch((thrown: unknown) => {
      this.reducing = null;
      throw thrown;
    });
    return this.reducing;
  }

  private async reduce(signal?: AbortSignal): Promise<Reduced> {
    const { data, rows, dim } = this.present;
    const axes = await principalAxes(data, rows, dim, reducedDim, signal);
    return { data: await projectOnAxes(data, rows, dim, axes, signal), dim: axes.count, axes };
  }

  /** The `k` nearest neighbours of every row in the reduced space. */
  async neighbours(k: number, signal?: AbortSignal, onProgress?: (share: number) => void): Promise<NeighbourGraph> {
    const known = this.graphs.get(k);
    if (known) return known;
    const { data, dim } = await this.reduced(signal);
    const index = this.present.rows > this.exactUpTo ? await this.graphIndex(signal) : undefined;
    const graph = await neighbourGraph(data, this.present.rows, dim, k, {
      ...(index && { index }),
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    this.graphs.set(k, graph);
    return graph;
  }

  private async graphIndex(signal?: AbortSignal): Promise<UsearchIndex> {
    const { data, dim } = await this.reduced(signal);
    return (this.index ??= await buildIndex(data, this.present.rows, dim, signal));
  }

  /** Cells over the reduced rows. */
  searchCells(): Promise<CellIndex> {
    this.building ??= this.reduced()
      .then(({ data, dim }) => CellIndex.build(data, this.present.rows, dim))
      .then((cells) => (this.cells = cells))
      .catch((thrown: unknown) => {
        this.building = null;
        throw thrown;
      });
    return this.building;
  }

  /**
   * The cells where there are so many rows that a search should go through them, and they are there; the first time it
   * is asked they are begun, beside searches that compare all. Should they fail (for want of memory), the next search
   * begins them again.
   */
  cellsAtHand(): CellIndex | null {
    if (this.present.rows > this.exactUpTo && !this.cells) this.searchCells().catch(() => {});
    return this.cells;
  }
}

export class MatrixCache {
  private readonly budgetBytes: number;
  private readonly loaded = new Map<string, { version: string; matrix: Promise<LoadedMatrix> }>();

  constructor(budgetBytes = Math.min(6 * 1024 ** 3, totalmem() / 4)) {
    this.budgetBytes = budgetBytes;
  }

  /** The matrix in its present state on disk. Throws NOT_FOUND, BAD_INPUT. */
  async get(file: MatrixFile): Promise<LoadedMatrix> {
    const version = await versionOf(file);
    const known = this.loaded.get(file.path);
    if (known?.version === version) {
      this.loaded.delete(file.path);
      this.loaded.set(file.path, known);
      return known.matrix;
    }
    const matrix = readPresentRows(file).then((present) => new LoadedMatrix(present));
    this.loaded.set(file.path, { version, matrix });
    matrix.catch(() => this.loaded.delete(file.path));
    await matrix;
    await this.forgetOldest(file.path);
    return matrix;
  }

  private async forgetOldest(keep: string): Promise<void> {
    let total = 0;
    for (const { matrix } of this.loaded.values()) total += (await matrix).bytes;
    for (const [path, { matrix }] of this.loaded) {
      if (total <= this.budgetBytes) return;
      if (path === keep) continue;
      total -= (await matrix).bytes;
      this.loaded.delete(path);
    }
  }
}

async function versionOf({ path, dim, clipIds }: MatrixFile): Promise<string> {
  const { size, mtimeMs } = clipIds.length ? await stat(path) : { size: 0, mtimeMs: 0 };
  let mark = 0;
  for (const id of clipIds) mark = (Math.imul(mark, 31) + id) | 0;
  return [size, mtimeMs, dim, clipIds.length, mark].join(':');
}
