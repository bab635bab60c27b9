// What people said about clips, as the host sends it: one entry per statement, classes as numbers.
import type { LabelledRows } from './labelVotes.ts';
import type { PresentRows } from '../neighbours/presentRows.ts';
import type { Seed } from './propagateLabels.ts';

export interface LabelledClips {
  /** Parallel arrays: clip, class number 0..classCount-1, source file, 1 = positive / 0 = negative. */
  clipIds: Int32Array;
  classIndexes: Int32Array;
  mediaIds: Int32Array;
  positive: Uint8Array;
  classCount: number;
}

/** The positives among the rows that are present, one entry per row. */
export function labelledRows(
  { clipIds, classIndexes, mediaIds, positive, classCount }: LabelledClips,
  { rowOf }: PresentRows,
): LabelledRows {
  const byRow = new Map<number, { classes: number[]; group: number }>();
  clipIds.forEach((clipId, i) => {
    const row = rowOf.get(clipId);
    if (row === undefined || !positive[i]) return;
    const known = byRow.get(row);
    if (known) known.classes.push(classIndexes[i]!);
    else byRow.set(row, { classes: [classIndexes[i]!], group: mediaIds[i]! });
  });
  const rows = [...byRow.keys()].sort((p, q) => p - q);
  return {
    rows: Int32Array.from(rows),
    classes: rows.map((row) => byRow.get(row)!.classes),
    groups: Int32Array.from(rows, (row) => byRow.get(row)!.group),
    classCount,
  };
}

/** Rows that nobody has said anything about. */
export function unlabelledRows({ clipIds }: LabelledClips, present: PresentRows): Int32Array {
  const spoken = new Set(clipIds);
  const rows: number[] = [];
  for (let row = 0; row < present.rows; row++) if (!spoken.has(present.clipIds[row]!)) rows.push(row);
  return Int32Array.from(rows);
}

export function seedsOf({ clipIds, classIndexes, positive }: LabelledClips, { rowOf }: PresentRows): Seed[] {
  return Array.from(clipIds, (clipId, i) => ({
    row: rowOf.get(clipId) ?? -1,
    classIndex: classIndexes[i]!,
    positive: positive[i] === 1,
  })).filter(({ row }) => row >= 0);
}
