// What distributed extraction needs of a queue: it hands out the names of shards. It may lose them or hand them out twice: what is done is
// told by the store.

export interface TakenShard {
  shard: string;
  /** The shard is dealt with. */
  finish(): Promise<void>;
  /** Another worker may have it at once. */
  giveBack(): Promise<void>;
}

export interface QueueCounts {
  waiting: number;
  /** Taken and not finished, also by workers that died a moment ago. */
  active: number;
}

/** The shards of one run. Errors are EngineErrors, BACKEND_UNAVAILABLE while the service does not answer. */
export interface ShardQueue {
  /** Shards that are in the queue already are left as they are. */
  add(shards: readonly string[]): Promise<void>;
  counts(): Promise<QueueCounts>;
  /** While paused none is handed out. */
  setPaused(paused: boolean): Promise<void>;
  /** Everything of this run. */
  clear(): Promise<void>;
  /** The next shard, locked until it is finished or given back; null where none comes within a moment. */
  take(): Promise<TakenShard | null>;
  close(): Promise<void>;
}
