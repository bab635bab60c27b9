// Lanes of the timeline: one per class, and in each as many rows as events overlap.

export interface LaneItem {
  id: number;
  classId: number;
  onsetS: number;
  /** Null for a point event. */
  offsetS: number | null;
}

export interface Lane<T extends LaneItem> {
  classId: number;
  rows: number;
  items: { item: T; row: number }[];
}

/**
 * Greedy interval partitioning: an item goes to the first row that is free at its onset.
 * @param padS points are this long, so that two at one place do not cover each other
 */
export function laneLayout<T extends LaneItem>(
  classIds: readonly number[],
  items: readonly T[],
  padS: number,
): Lane<T>[] {
  const byClass = new Map<number, T[]>(classIds.map((classId) => [classId, []]));
  for (const item of items) byClass.get(item.classId)?.push(item);
  return classIds.map((classId) => {
    const ends: number[] = [];
    const placed = byClass
      .get(classId)!
      .toSorted((a, b) => a.onsetS - b.onsetS || a.id - b.id)
      .map((item) => {
        const free = ends.findIndex((end) => end <= item.onsetS + 1e-9);
        const row = free < 0 ? ends.length : free;
        ends[row] = Math.max(item.offsetS ?? item.onsetS, item.onsetS + padS);
        return { item, row };
      });
    return { classId, rows: Math.max(1, ends.length), items: placed };
  });
}
