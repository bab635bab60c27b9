// Which clips are looked at now: long work over clips does those first, so that what is on screen is ready first.
const most = 500;
const shown = new WeakMap<object, readonly number[]>();

/** The clips that a window has just asked for, the last first. */
export function lookAt(workspace: object, clipIds: readonly number[]): void {
  shown.set(workspace, [...new Set([...clipIds, ...(shown.get(workspace) ?? [])])].slice(0, most));
}

/** Removes and returns the entry of `waiting` that is looked at, else its first; undefined where nothing waits. */
export function takeNext<T>(workspace: object, waiting: Map<number, T>): T | undefined {
  const looked = (shown.get(workspace) ?? []).find((clipId) => waiting.has(clipId));
  const clipId = looked ?? waiting.keys().next().value;
  if (clipId === undefined) return undefined;
  const next = waiting.get(clipId);
  waiting.delete(clipId);
  return next;
}
