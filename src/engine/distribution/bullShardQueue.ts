// The queue of a run in BullMQ, on Redis, Valkey or PostgreSQL. Locks are renewed here, in the parent process, while a child process
// computes: a renewal that is late because of a busy processor would lose the shard to another worker.
import { randomUUID } from 'node:crypto';
import type { Job, Queue, Worker } from 'bullmq';
import { EngineError } from '../../shared/engineError.ts';
import { parseQueue, type QueueAddress } from './queueUrl.ts';
import type { QueueCounts, ShardQueue, TakenShard } from './shardQueue.ts';
import { within } from '../../shared/async/within.ts';

const addedAtOnce = 1000;
/** Workers that die over a shard are counted in the store, not by BullMQ, which would give the shard up. */
const mostStalls = 1_000_000;
const schema = 'cavmae_queue';

export interface QueueTiming {
  /** How long a lock outlives its worker. */
  lockMs?: number;
  /** Of one request; a lost connection is told after it. */
  requestMs?: number;
  /** How long `take` waits for a shard. */
  takeS?: number;
}

const queueName = (runId: string): string => `cavmae-${runId}`;

const unavailable = (thrown: unknown): EngineError => {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (/WRONGPASS|NOAUTH|password authentication failed|invalid username-password/i.test(message))
    return new EngineError('UNAUTHORIZED', `the queue refuses access: ${message}`, {
      field: 'queue',
      hint: 'Give the password in the address, or in CAVMAE_QUEUE_PASSWORD.',
    });
  return new EngineError('BACKEND_UNAVAILABLE', `the queue does not answer: ${message}`, { field: 'queue' }, thrown);
};

export class BullShardQueue implements ShardQueue {
  private readonly name: string;
  private readonly address: QueueAddress;
  private readonly timing: Required<QueueTiming>;
  private queue: Queue | null = null;
  private worker: Worker | null = null;
  private lastError: unknown = null;
  /** Locks of shards that were taken and not settled yet. */
  private readonly renewals = new Set<NodeJS.Timeout>();

  /** @throws EngineError BAD_INPUT for what is no address of a queue */
  constructor(url: string, runId: string, { lockMs = 30_000, requestMs = 10_000, takeS = 2 }: QueueTiming = {}) {
    this.address = parseQueue(url);
    this.name = queueName(runId);
    this.timing = { lockMs, requestMs, takeS };
  }

  private connection(): object {
    const { kind, options } = this.address;
    if (kind === 'postgres') return { ...options, schema, max: 4, migrate: true };
    return { ...options, maxRetriesPerRequest: null, retryStrategy: (times: number) => Math.min(times * 200, 5000) };
  }

  /** Connections report errors as events, again and again: the last one says why a request got no answer. */
  private listen<T extends Queue | Worker>(client: T): T {
    (client as Queue).on('error', (thrown: unknown) => {
      this.lastError = thrown;
    });
    return client;
  }

  private async opened(): Promise<Queue> {
    if (this.queue) return this.queue;
    const { Queue: BullQueue, createPostgresBackend } = await import('bullmq');
    const options = { connection: this.connection() } as never;
    this.queue = this.listen(
      this.address.kind === 'postgres'
        ? (new BullQueue(this.name, options, createPostgresBackend as never) as unknown as Queue)
        : new BullQueue(this.name, options),
    );
    return this.queue;
  }

  private async consumer(): Promise<Worker> {
    if (this.worker) return this.worker;
    const { Worker: BullWorker, createPostgresBackend } = await import('bullmq');
    const { lockMs, takeS } = this.timing;
    const options = {
      connection: this.connection(),
      autorun: false,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: mostStalls,
      drainDelay: takeS,
    } as never;
    const worker = this.listen(
      this.address.kind === 'postgres'
        ? (new BullWorker(this.name, null, options, createPostgresBackend as never) as unknown as Worker)
        : new BullWorker(this.name, null, options),
    );
    this.worker = worker;
    // What died with its worker is handed out again by whoever is alive.
    await worker.startStalledCheckTimer();
    return worker;
  }

  /** A service that is away would be waited for without end. */
  private async within<T>(work: () => Promise<T>, limitMs = this.timing.requestMs): Promise<T> {
    const nothing = () => unavailable(this.lastError ?? new Error(`nothing within ${limitMs / 1000} s`));
    try {
      return await within(limitMs / 1000, work(), nothing);
    } catch (thrown) {
      throw thrown instanceof EngineError ? thrown : unavailable(thrown);
    }
  }

  add(shards: readonly string[]): Promise<void> {
    return this.within(
      async () => {
        const queue = await this.opened();
        for (let from = 0; from < shards.length; from += addedAtOnce)
          await queue.addBulk(
            shards.slice(from, from + addedAtOnce).map((shard) => ({
              name: 'shard',
              data: { shard },
              opts: { jobId: shard, removeOnComplete: true, removeOnFail: true },
            })),
          );
      },
      this.timing.requestMs + shards.length * 10,
    );
  }

  counts(): Promise<QueueCounts> {
    return this.within(async () => {
      const counts = await (await this.opened()).getJobCounts('waiting', 'active', 'delayed', 'prioritized');
      const of = (state: string) => counts[state] ?? 0;
      return { waiting: of('waiting') + of('delayed') + of('prioritized'), active: of('active') };
    });
  }

  setPaused(paused: boolean): Promise<void> {
    return this.within(async () => {
      const queue = await this.opened();
      await (paused ? queue.pause() : queue.resume());
    });
  }

  clear(): Promise<void> {
    return this.within(async () => (await this.opened()).obliterate({ force: true, count: addedAtOnce }), 60_000);
  }

  async take(): Promise<TakenShard | null> {
    const { requestMs, takeS } = this.timing;
    const token = randomUUID();
    const job = await this.within(
      async () => (await this.consumer()).getNextJob(token) as Promise<Job<{ shard: string }> | undefined>,
      requestMs + takeS * 1000,
    );
    return job ? this.taken(job, token) : null;
  }

  private taken(job: Job<{ shard: string }>, token: string): TakenShard {
    const { lockMs } = this.timing;
    // A lock that is lost costs double work at most: the store takes the first result.
    const renewal = setInterval(() => void job.extendLock(token, lockMs).catch(() => undefined), lockMs / 3);
    this.renewals.add(renewal);
    const settle = (work: () => Promise<unknown>) => async () => {
      clearInterval(renewal);
      this.renewals.delete(renewal);
      await this.within(work).catch((thrown: unknown) => {
        // Handed out to another meanwhile, or the queue is gone: the store knows what is done.
        this.lastError = thrown;
      });
    };
    return {
      shard: job.data.shard,
      finish: settle(() => job.moveToCompleted(null, token, false)),
      giveBack: settle(() => job.moveToWait(token)),
    };
  }

  /** Shards that were taken and not settled are handed out again when their locks end. */
  async close(): Promise<void> {
    for (const renewal of this.renewals) clearInterval(renewal);
    const closing = [this.worker?.close(true), this.queue?.close()];
    await this.within(() => Promise.allSettled(closing), 3000).catch(() => undefined);
  }
}
