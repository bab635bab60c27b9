// Held-out clips, split by source file: windows of one file never lie on both sides, since they sound and look alike.
import { Random } from '../random.ts';

export interface SplitItem {
  source: number;
  classes: readonly number[];
}

/**
 * Marks `share` of the clips as held out, stratified: sources are dealt class by class, rarest class first, so that
 * each class has its share. A class keeps at least one source on the training side; with a single source it has none
 * held out. Returns true for held-out items; the same seed gives the same split.
 */
export function splitBySource(items: readonly SplitItem[], share: number, seed: number): boolean[] {
  const bySource = new Map<number, { size: number; classes: Map<number, number> }>();
  for (const { source, classes } of items) {
    let entry = bySource.get(source);
    if (!entry) bySource.set(source, (entry = { size: 0, classes: new Map() }));
    entry.size++;
    for (const k of classes) entry.classes.set(k, (entry.classes.get(k) ?? 0) + 1);
  }
  const clipsOf = new Map<number, number>();
  for (const { classes } of items) for (const k of classes) clipsOf.set(k, (clipsOf.get(k) ?? 0) + 1);
  const random = new Random(seed);
  const order = random.shuffled([...bySource.keys()].toSorted((a, b) => a - b));
  const held = new Set<number>();
  const heldOf = new Map<number, number>();
  const kept = new Set<number>();
  for (const [k, clips] of [...clipsOf].toSorted(([a, m], [b, n]) => m - n || a - b)) {
    const sources = order.filter((source) => bySource.get(source)!.classes.has(k));
    // Nothing is forced out of a class too small to spare a clip.
    const wanted = Math.min(Math.round(clips * share), clips - 1);
    let left = sources.reduce((sum, source) => sum + (held.has(source) ? 0 : 1), 0);
    for (const source of sources) {
      if (held.has(source)) continue;
      const entry = bySource.get(source)!;
      const mine = entry.classes.get(k)!;
      const have = heldOf.get(k) ?? 0;
      if (kept.has(source) || left <= 1 || have + mine > wanted + mine / 2 - 1e-9) {
        kept.add(source);
        continue;
      }
      held.add(source);
      left--;
      for (const [c, n] of entry.classes) heldOf.set(c, (heldOf.get(c) ?? 0) + n);
    }
  }
  return items.map(({ source }) => held.has(source));
}

/** Fold number 0 … folds-1 of each item, whole sources together, classes spread evenly. */
export function foldsBySource(items: readonly SplitItem[], folds: number, seed: number): number[] {
  const firstClass = new Map<number, number>();
  for (const { source, classes } of items) if (!firstClass.has(source)) firstClass.set(source, classes[0] ?? -1);
  const sources = new Random(seed)
    .shuffled([...firstClass.keys()].toSorted((a, b) => a - b))
    .toSorted((a, b) => firstClass.get(a)! - firstClass.get(b)!);
  const foldOf = new Map(sources.map((source, i) => [source, i % folds]));
  return items.map(({ source }) => foldOf.get(source)!);
}
