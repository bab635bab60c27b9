// An export of embeddings in the making: clips come in pieces, with the places of their vectors, and files grow piece
// by piece.
import type { Space } from '../../../shared/contract/model.ts';
import type { VectorRows } from '../../base/vectorRows.ts';

export interface ExportPlan {
  /** A folder for NumPy matrices, or a `.npy` file for a single space; a file for Parquet. */
  path: string;
  format: 'npy' | 'parquet';
  spaces: Space[];
  /** Clips in all, and numbers of a vector. */
  count: number;
  dim: number;
  /** Told in the Parquet file. */
  modelId: string;
}

/** Clips in order, with their vectors' places per space. */
export interface ExportPiece {
  clips: { id: number; path: string; startS: number; endS: number }[];
  vectors: Partial<Record<Space, VectorRows>>;
}

export interface VectorExport {
  append(piece: ExportPiece): Promise<void>;
  /** Files appear under their names. Returns their paths. */
  finish(): Promise<string[]>;
  /** Nothing of the export stays. */
  abort(): Promise<void>;
}
