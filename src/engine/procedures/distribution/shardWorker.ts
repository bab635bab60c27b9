// The worker of a distributed extraction: takes shards of the runs in a store until it is stopped, or until nothing is left. It tells how
// it is by a beat in the store; what it cannot do it tells and tries again.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { shareOf, type ArrayIndex } from '../../distribution/arrayIndex.ts';
import { BullShardQueue, type QueueTiming } from '../../distribution/bullShardQueue.ts';
import { readManifest, readRunState, runsIn, type Manifest } from '../../distribution/manifest.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import type { ShardQueue, TakenShard } from '../../distribution/shardQueue.ts';
import { StoreClock } from '../../distribution/storeClock.ts';
import { beatEveryMs, removeBeat, writeBeat, type WorkerBeat } from '../../distribution/workerBeat.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { embedShard } from './embedShard.ts';
import { runShard, type ShardReport } from './runShard.ts';
import type { ShardMachine } from './shardMachine.ts';

/** What a worker says, one JSON line each. */
export type WorkerLine =
  | { event: 'started'; worker: string; store: string; queue: string | null }
  | ({ event: 'shard'; run: string; shard: string } & ShardReport)
  | { event: 'problem'; code: string; message: string; hint?: string }
  | { event: 'waiting' }
  | { event: 'stopped'; shards: number; embedded: number; failed: number };

export interface WorkerTiming extends QueueTiming {
  beatMs?: number;
  /** Age of a beat at which its worker counts as gone. */
  goneAfterMs?: number;
  /** Between looks for runs, where there are none. */
  idleMs?: number;
  /** How long a worker that is to end by itself waits for a first run, and for a queue that does not answer. */
  patienceMs?: number;
  /** Before a shard is tried again after a fault of this machine. */
  againMs?: number;
}

const timings = { beatMs: beatEveryMs, idleMs: 3000, patienceMs: 15_000, againMs: 15_000 };
const rateOverMs = 300_000;

export interface WorkerOptions {
  store: ObjectStore;
  machine: ShardMachine;
  signal: AbortSignal;
  tell(line: WorkerLine): void;
  timing?: WorkerTiming;
}

/** Faults that go away by themselves or once a person has done something: the shard waits, the worker stays. */
const lasting = new Set(['UNAUTHORIZED', 'BAD_INPUT']);

export class ShardWorker {
  readonly id = `${hostname()
    .replace(/[^\w-]/g, '-')
    .slice(0, 40)}-${process.pid}-${randomUUID().slice(0, 8)}`;
  private readonly options: WorkerOptions;
  private readonly timing: typeof timings & WorkerTiming;
  private readonly clock: StoreClock;
  private readonly beat: WorkerBeat;
  private readonly queues = new Map<string, ShardQueue>();
  private readonly manifests = new Map<string, Promise<Manifest>>();
  private readonly finished: { atMs: number; clips: number; seconds: number }[] = [];
  private current: { run: string; abort: AbortController } | null = null;
  private beating: Promise<void> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.options = options;
    this.timing = { ...timings, ...options.timing };
    this.clock = new StoreClock(options.store, this.id, this.timing.goneAfterMs);
    this.beat = {
      worker: this.id,
      host: hostname(),
      pid: process.pid,
      run: null,
      shard: null,
      shards: 0,
      embedded: 0,
      failed: 0,
      clipsPerSecond: null,
      problem: null,
    };
  }

  /**
   * Takes shards from the queues of all runs of the store.
   * @param once ends when no shard is left
   * @throws EngineError UNAUTHORIZED, BAD_INPUT; with `once` also BACKEND_UNAVAILABLE for a queue that does not answer
   */
  takeFrom(queueUrl: string, once: boolean, shownQueue: string): Promise<void> {
    return this.alive(shownQueue, () => this.loop(queueUrl, once));
  }

  /** Computes one task's share of a run, without a queue. @throws EngineError */
  takeShare(run: Manifest, index: ArrayIndex): Promise<void> {
    return this.alive(null, async () => {
      for (const { id } of shareOf(run.shards, index)) {
        const state = await readRunState(this.options.store, run.runId);
        if (state === 'cancelled' || this.options.signal.aborted) break;
        await this.work(run, id);
      }
    });
  }

  /** What this worker did. */
  get done(): Pick<WorkerBeat, 'shards' | 'embedded' | 'failed'> {
    return this.beat;
  }

  private async alive(queue: string | null, work: () => Promise<void>): Promise<void> {
    const { store, tell, signal } = this.options;
    const stopCurrent = () => this.current?.abort.abort(new EngineError('CANCELLED', 'the worker was stopped'));
    signal.addEventListener('abort', stopCurrent);
    await this.tellAlive();
    const timer = setInterval(() => void this.tellAlive(), this.timing.beatMs);
    tell({ event: 'started', worker: this.id, store: store.url, queue });
    try {
      await work();
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', stopCurrent);
      await this.beating;
      await removeBeat(store, this.id).catch(() => undefined);
      for (const open of this.queues.values()) await open.close();
      const { shards, embedded, failed } = this.beat;
      tell({ event: 'stopped', shards, embedded, failed });
    }
  }

  /** Writes the beat, and stops a shard whose run was cancelled. */
  private tellAlive(): Promise<void> {
    const { store } = this.options;
    this.beating = this.beating
      .then(async () => {
        await writeBeat(store, this.beat);
        const { current } = this;
        if (current && (await readRunState(store, current.run)) === 'cancelled')
          current.abort.abort(new EngineError('CANCELLED', 'the run was cancelled'));
      })
      .catch(() => undefined);
    return this.beating;
  }

  private async problem(thrown: unknown): Promise<void> {
    const { code, message, detail } = EngineError.from(thrown);
    const known = this.beat.problem;
    this.beat.problem = { code, message, detail };
    if (known?.message !== message)
      this.options.tell({ event: 'problem', code, message, ...(detail.hint && { hint: detail.hint }) });
    await this.tellAlive();
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.options.signal }).catch(() => undefined);
  }

  private queueOf(url: string, runId: string): ShardQueue {
    const queue = this.queues.get(runId) ?? new BullShardQueue(url, runId, this.timing);
    this.queues.set(runId, queue);
    return queue;
  }

  private async loop(url: string, once: boolean): Promise<void> {
    const { signal, tell } = this.options;
    let [waitingFrom, told] = [performance.now(), false];
    while (!signal.aborted) {
      const runs = await runsIn(this.options.store, ['running', 'paused']);
      const found = await this.nextOf(url, runs, once && performance.now() - waitingFrom > this.timing.patienceMs);
      if (found) {
        [waitingFrom, told] = [performance.now(), false];
        await this.taken(found);
        continue;
      }
      const patient = performance.now() - waitingFrom < this.timing.patienceMs;
      const begun = runs.length > 0 || this.beat.shards > 0;
      if (once && (begun || !patient) && (await this.empty(url, runs))) return;
      if (!told) tell({ event: 'waiting' });
      told = true;
      await this.pause(this.timing.idleMs);
    }
  }

  /** The next shard of the first run that has one. A queue that does not answer is waited for. */
  private async nextOf(
    url: string,
    runs: readonly string[],
    giveUp: boolean,
  ): Promise<{ run: string; taken: TakenShard } | null> {
    for (const run of runs) {
      if (this.options.signal.aborted) return null;
      try {
        const taken = await this.queueOf(url, run).take();
        if (taken) return { run, taken };
        if (this.beat.problem?.detail.field === 'queue') this.beat.problem = null;
      } catch (thrown) {
        if (giveUp || lasting.has(EngineError.from(thrown).code)) throw thrown;
        await this.problem(thrown);
      }
    }
    return null;
  }

  private async empty(url: string, runs: readonly string[]): Promise<boolean> {
    for (const run of runs) {
      const counts = await this.queueOf(url, run)
        .counts()
        .catch(() => null);
      if (!counts || counts.waiting + counts.active > 0) return false;
    }
    return true;
  }

  private async taken({ run, taken }: { run: string; taken: TakenShard }): Promise<void> {
    try {
      const known = this.manifests.get(run) ?? readManifest(this.options.store, run);
      this.manifests.set(run, known);
      known.catch(() => this.manifests.delete(run));
      await this.work(await known, taken.shard);
      await taken.finish();
    } catch (thrown) {
      await taken.giveBack();
      const error = EngineError.from(thrown);
      if (error.code === 'CANCELLED') return;
      await this.problem(error);
      await this.options.machine.tidy();
      await this.pause(this.timing.againMs);
    }
  }

  /** One shard, with its line. @throws EngineError as `runShard` */
  private async work(run: Manifest, shard: string): Promise<void> {
    const { store, machine, tell } = this.options;
    const abort = new AbortController();
    this.current = { run: run.runId, abort };
    if (this.options.signal.aborted) abort.abort(new EngineError('CANCELLED', 'the worker was stopped'));
    Object.assign(this.beat, { run: run.runId, shard });
    const { recipe, setId, runId } = run;
    try {
      const model = await machine.model(store, recipe.model);
      const report = await runShard(
        {
          store,
          clock: this.clock,
          worker: this.id,
          recipe,
          setId,
          signal: abort.signal,
          embed: (one) => embedShard({ machine, recipe, model, shard: one, signal: abort.signal }),
        },
        shard,
      );
      this.count(report);
      tell({ event: 'shard', run: runId, shard, ...report });
    } finally {
      this.current = null;
      this.beat.shard = null;
    }
    await machine.tidy();
  }

  private count(report: ShardReport): void {
    const { beat, finished } = this;
    beat.problem = null;
    beat.shards++;
    beat.embedded += report.embedded;
    beat.failed += report.failed;
    const now = performance.now();
    finished.push({ atMs: now, clips: report.clips, seconds: report.seconds });
    while (finished.length > 1 && now - finished[0]!.atMs > rateOverMs) finished.shift();
    const seconds = finished.reduce((sum, one) => sum + one.seconds, 0);
    beat.clipsPerSecond = seconds > 0 ? finished.reduce((sum, one) => sum + one.clips, 0) / seconds : null;
  }
}
