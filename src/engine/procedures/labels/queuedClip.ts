// A clip of a labelling queue.

export interface QueuedClip {
  clipId: number;
  /** The higher, the earlier in the queue. */
  score: number;
  /** Why it is there, as the window says it. */
  reason: string;
}
