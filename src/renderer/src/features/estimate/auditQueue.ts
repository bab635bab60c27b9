// The clips that wait for an answer, while answers are on their way and after one was taken back.

export interface QueuedClip {
  clipId: number;
  stratum: number;
  score: number | null;
}

/** The engine's queue without clips whose answers it has not heard of yet. */
export const withoutAnswered = (next: readonly QueuedClip[], pending: ReadonlySet<number>): QueuedClip[] =>
  next.filter(({ clipId }) => !pending.has(clipId));

/** After undo the clip whose answer was taken back comes first, if it waits again. */
export function restoredFirst(next: readonly QueuedClip[], answered: QueuedClip | null): QueuedClip[] {
  const again = answered === null ? undefined : next.find(({ clipId }) => clipId === answered.clipId);
  return again ? [again, ...next.filter((one) => one !== again)] : [...next];
}
