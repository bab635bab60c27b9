// Which clips are on screen: long work over clips begins with those, so that what a person looks at is ready first.
const most = 500;

export class VisibleClips {
  private shown: readonly number[] = [];

  /** Notes the clips that a window has just asked for. The last ones come first. */
  add(clipIds: readonly number[]): void {
    this.shown = [...new Set([...clipIds, ...this.shown])].slice(0, most);
  }

  /** Removes and returns the entry of `waiting` that is on screen, else its first; undefined where nothing waits. */
  takeNext<T>(waiting: Map<number, T>): T | undefined {
    const visible = this.shown.find((clipId) => waiting.has(clipId));
    const clipId = visible ?? waiting.keys().next().value;
    if (clipId === undefined) return undefined;
    const next = waiting.get(clipId);
    waiting.delete(clipId);
    return next;
  }
}
