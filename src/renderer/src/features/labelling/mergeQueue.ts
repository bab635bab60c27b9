// A queue made anew behind a person who is working through it: what lies behind them stays, what lies ahead is
// replaced.
import type { ClipList } from '../../stores/scope.ts';

/**
 * Everything up to and with `place` is kept in its order; the rest comes from `fresh`, without repeats, and the length
 * stays. A place that is not in the old queue keeps nothing.
 */
export function mergeQueue(old: ClipList | null, fresh: ClipList, place: number | null): ClipList {
  const at = old && place !== null ? old.clipIds.indexOf(place) : -1;
  if (!old || at < 0) return fresh;
  const head = old.clipIds.slice(0, at + 1);
  const passed = new Set(head);
  const tail = fresh.clipIds
    .filter((clipId) => !passed.has(clipId))
    .slice(0, Math.max(0, Math.max(old.clipIds.length, fresh.clipIds.length) - head.length));
  return {
    title: fresh.title,
    clipIds: [...head, ...tail],
    reasons: new Map([
      ...(fresh.reasons ?? []),
      ...head.flatMap((clipId): [number, string][] => {
        const reason = old.reasons?.get(clipId);
        return reason ? [[clipId, reason]] : [];
      }),
    ]),
  };
}
