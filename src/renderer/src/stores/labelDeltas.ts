// What a step of the journal changes in the counts that the window shows.
import type { LabelStep } from '../../../shared/contract/annotation.ts';

/** Change of the number of positive labels, by class. */
export function classDeltas(
  { entries }: Pick<LabelStep, 'entries'>,
  among: (clipId: number) => boolean = () => true,
): Map<number, number> {
  const deltas = new Map<number, number>();
  for (const { clipId, classId, before, after } of entries) {
    const delta = Number(after === 'positive') - Number(before === 'positive');
    if (delta !== 0 && among(clipId)) deltas.set(classId, (deltas.get(classId) ?? 0) + delta);
  }
  return deltas;
}

/** Change of the number of clips that have a positive label of the classes; of any class where `classIds` is null. */
export function labelledDelta(
  { entries, clips }: Pick<LabelStep, 'entries' | 'clips'>,
  classIds: ReadonlySet<number> | null,
  among: (clipId: number) => boolean = () => true,
): number {
  const counts = (classId: number): boolean => classIds === null || classIds.has(classId);
  const own = Map.groupBy(entries, ({ clipId }) => clipId);
  let delta = 0;
  for (const { clipId, labels } of clips) {
    if (!among(clipId)) continue;
    const now = labels.filter(({ classId, value }) => value === 'positive' && counts(classId)).length;
    let before = now;
    for (const entry of own.get(clipId) ?? [])
      if (counts(entry.classId)) before += Number(entry.before === 'positive') - Number(entry.after === 'positive');
    delta += Number(now > 0) - Number(before > 0);
  }
  return delta;
}
