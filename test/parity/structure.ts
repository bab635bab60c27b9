// Draws of a structured mask as the reference made them.
import type { MaskMode, Structure } from '../../src/engine/model/masking.ts';

/** In call order: for tf all samples' columns, then all samples' rows. */
export function structureOf(mode: MaskMode, draws: number[][], batch: number): Structure {
  const none = Array.from({ length: batch }, () => []);
  if (mode === 'time') return { columns: draws, rows: none };
  if (mode === 'freq') return { columns: none, rows: draws };
  return { columns: draws.slice(0, batch), rows: draws.slice(batch) };
}
