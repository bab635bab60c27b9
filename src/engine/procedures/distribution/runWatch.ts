// How a run is: workers alive, rate, time left, failures by reason. Kept in memory for whoever asks.
import { plural } from '../../../shared/plural.ts';
import type { DistributionStatus } from '../../../shared/contract/distribution.ts';
import type { Manifest } from '../../distribution/manifest.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import { StoreClock } from '../../distribution/storeClock.ts';
import { liveWorkers } from '../../distribution/workerBeat.ts';
import type { DistributionBoard } from '../engineContext.ts';

export interface RunNumbers {
  total: number;
  done: number;
  clipsLeft: number;
  reasons: DistributionStatus['failures'];
}

export class RunWatch {
  split = 0;
  private readonly board: DistributionBoard;
  private readonly jobId: number;
  private readonly urls: { store: string; queue: string | null };
  private clock: StoreClock | null = null;
  private status: DistributionStatus | null = null;
  private waitingFor: string | null = null;

  constructor(board: DistributionBoard, jobId: number, urls: { store: string; queue: string | null }) {
    this.board = board;
    this.jobId = jobId;
    this.urls = urls;
  }

  /** Something does not answer. */
  waits(reason: string): void {
    this.waitingFor = reason;
    this.publish();
  }

  queueAnswers(): void {
    this.waitingFor = null;
  }

  async look(store: ObjectStore, run: Manifest, { total, done, clipsLeft, reasons }: RunNumbers): Promise<void> {
    this.clock ??= new StoreClock(store, `host-${process.pid}-${this.jobId}`);
    const alive = await liveWorkers(store, this.clock);
    const workers = alive.map((one) => ({
      worker: one.worker,
      host: one.host,
      busy: one.run === run.runId && one.shard !== null,
      embedded: one.embedded,
      failed: one.failed,
      clipsPerSecond: one.clipsPerSecond,
      secondsAgo: one.secondsAgo,
      problem: one.problem && [one.problem.message, one.problem.detail.hint].filter(Boolean).join(' '),
    }));
    const rates = workers.flatMap(({ busy, clipsPerSecond }) =>
      busy && clipsPerSecond !== null ? [clipsPerSecond] : [],
    );
    const rate = rates.length > 0 ? rates.reduce((a, b) => a + b, 0) : null;
    this.status = {
      run: run.runId,
      store: this.urls.store,
      queue: this.urls.queue,
      shards: { total, done, split: this.split },
      workers,
      clipsPerSecond: rate,
      secondsLeft: rate ? clipsLeft / rate : null,
      failures: reasons,
      waitingFor: this.waitingFor,
    };
    if (this.urls.queue === null) this.waitingFor = null;
    this.publish();
  }

  private publish(): void {
    if (this.status) this.board.status.set(this.jobId, { ...this.status, waitingFor: this.waitingFor });
  }

  /** What the jobs tray says beside the progress. */
  note(): string {
    if (this.waitingFor) return `waiting: ${this.waitingFor}`;
    const workers = this.status?.workers ?? [];
    const troubled = workers.filter(({ problem }) => problem !== null).length;
    if (workers.length === 0) return 'no worker is alive';
    return plural(workers.length, 'worker') + (troubled > 0 ? `, ${troubled} with a problem` : '');
  }

  end(): void {
    this.board.status.delete(this.jobId);
  }
}
