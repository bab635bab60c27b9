// Store and queue of a run as this process reaches them: addresses from the job, passwords from memory or the environment.
import { BullShardQueue } from '../../distribution/bullShardQueue.ts';
import { setRunState } from '../../distribution/manifest.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import type { ShardQueue } from '../../distribution/shardQueue.ts';
import { openStore } from '../../distribution/openStore.ts';
import type { EngineContext } from '../engineContext.ts';

const hostPatienceMs = 600_000;
const stopPatienceMs = 5000;

export class RunAddresses {
  private readonly context: Pick<EngineContext, 'distribution'>;
  private readonly urls: { store: string; queue: string | null };
  private opened: { runId: string; queue: ShardQueue } | null = null;

  constructor(context: Pick<EngineContext, 'distribution'>, urls: { store: string; queue: string | null }) {
    this.context = context;
    this.urls = urls;
  }

  get withoutQueue(): boolean {
    return this.urls.queue === null;
  }

  store(signal?: AbortSignal, onWait?: (reason: string) => void): Promise<ObjectStore> {
    return openStore(this.urls.store, { forMs: hostPatienceMs, signal, onWait });
  }

  /** The same store without the signal of a job that is being stopped. */
  freshStore(): Promise<ObjectStore> {
    return openStore(this.urls.store, { forMs: stopPatienceMs });
  }

  queue(runId: string): ShardQueue | null {
    const { queue } = this.urls;
    if (queue === null) return null;
    if (this.opened?.runId !== runId) {
      const url = new URL(queue);
      const password = this.context.distribution.passwords.get(queue);
      if (password !== undefined) url.password = encodeURIComponent(password);
      this.opened = { runId, queue: new BullShardQueue(url.toString(), runId) };
    }
    return this.opened.queue;
  }

  /** Workers take no more shards of the run; those of a cancelled run stop at once. */
  async end(store: ObjectStore, runId: string, state: 'paused' | 'cancelled'): Promise<void> {
    await setRunState(store, runId, state);
    const queue = this.queue(runId);
    await (state === 'paused' ? queue?.setPaused(true) : queue?.clear());
  }

  async close(): Promise<void> {
    await this.opened?.queue.close();
    this.opened = null;
  }
}
