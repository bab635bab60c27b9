// Clips that have both sound and picture, their rows side by side.
import type { PresentRows } from './presentRows.ts';

export interface PairedRows {
  clipIds: Int32Array;
  audioRows: Int32Array;
  visualRows: Int32Array;
}

/** `among`: only these, in their order; else all, in the order of the sounds. */
export function pairedRows(audio: PresentRows, visual: PresentRows, among = audio.clipIds): PairedRows {
  const clipIds = among.filter((clipId) => audio.rowOf.has(clipId) && visual.rowOf.has(clipId));
  return {
    clipIds,
    audioRows: clipIds.map((clipId) => audio.rowOf.get(clipId)!),
    visualRows: clipIds.map((clipId) => visual.rowOf.get(clipId)!),
  };
}

/** Rows gathered into one matrix [rows.length, dim] that owns its buffer. */
export function gatherRows({ data, dim }: Pick<PresentRows, 'data' | 'dim'>, rows: ArrayLike<number>): Float32Array {
  const out = new Float32Array(rows.length * dim);
  for (let i = 0; i < rows.length; i++) out.set(data.subarray(rows[i]! * dim, (rows[i]! + 1) * dim), i * dim);
  return out;
}
