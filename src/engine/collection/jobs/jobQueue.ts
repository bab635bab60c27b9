// The persistent queue: lanes run beside each other, one job at a time in each; what a killed host left running is queued again.
import type { Job, JobDetail, JobKind, JobStatus } from '../../../shared/contract/job.ts';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import type { EngineEvent } from '../../../shared/contract/system.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { failureSentence } from './itemFailure.ts';
import { JobTable, type JobRow } from './jobTable.ts';
import { ProgressMeter } from './progressMeter.ts';
import type { JobContext, JobLane, JobOptions, JobRunner, JobSchemas } from './jobTypes.ts';
import { storedJob } from './storedJob.ts';
import type { Workspace } from '../workspace.ts';

/** Why a running job is being stopped, which is what it becomes. */
type StopReason = 'paused' | 'cancelled' | 'queued';
interface Running {
  abort: AbortController;
  meter: ProgressMeter;
  stop: StopReason | null;
  /** Failed items that wait to be written with the next state or progress: one commit for many. */
  failures: ItemFailure[];
  done: Promise<void>;
}
type AnyRunner = JobRunner<unknown, unknown, unknown>;

const settledStatus: ReadonlySet<JobStatus> = new Set(['done', 'failed', 'cancelled']);
/** How often a job's progress is published (about ten times a second) and written down. */
const publishMs = 100;
const storeMs = 1000;
/** How long `close` waits for jobs to reach a safe point; one that does not is queued again by the next start. */
const closeMs = 10_000;
/** How often the process may end under a job at the same place before the job is no longer begun by itself. */
const mostDeaths = 3;

export class JobQueue {
  private readonly table: JobTable;
  private readonly readOnly: boolean;
  private readonly events: { publish(event: EngineEvent): void };
  private readonly schemas: JobSchemas | null;
  private readonly runners = new Map<JobKind, AnyRunner>();
  private readonly running = new Map<number, Running>();
  private readonly waiting = new Map<number, ((job: Job) => void)[]>();
  private readonly publishing = new Map<number, NodeJS.Timeout>();
  /** Ended jobs whose end a full disk did not take, and those that waited for them (`cause`): shown as ended, and queued again by the next start. */
  private readonly unrecorded = new Map<number, { status: 'failed' | 'cancelled'; error: string; cause: number }>();
  private readonly errors = new Map<number, EngineError>();
  private started = false;
  private closing = false;

  /** @param schemas of every kind; with them stored jobs are parsed, and `start` throws where a kind has no runner */
  constructor(workspace: Workspace, events: { publish(event: EngineEvent): void }, schemas: JobSchemas | null = null) {
    this.schemas = schemas;
    this.table = new JobTable(workspace.db);
    this.readOnly = workspace.readOnly;
    this.events = events;
  }

  /** @throws where the kind has a runner already */
  register<P, S, R>(kind: JobKind, runner: JobRunner<P, S, R>): void {
    if (this.runners.has(kind)) throw new EngineError('INTERNAL', `the job kind ${kind} has two runners`);
    this.runners.set(kind, runner as AnyRunner);
  }

  /** Queues again what a killed host left running. Every kind must be registered before. */
  start(): void {
    const missing = Object.keys(this.schemas ?? {}).filter((kind) => !this.runners.has(kind as JobKind));
    if (missing.length > 0)
      throw new EngineError('INTERNAL', `no runner is registered for the job kind ${missing.join(', ')}`);
    this.started = true;
    this.table.requeueRunning();
    for (const jobId of this.table.deadly(mostDeaths))
      this.finish(jobId, 'failed', {
        error: `CAV-MAE Studio ended ${mostDeaths} times while it did this, each time at the same place. What was done is kept. “Try again” goes on from there.`,
      });
    this.schedule();
  }

  add(kind: JobKind, title: string, params: unknown, options: JobOptions = {}): number {
    if (this.closing) throw new EngineError('CANCELLED', 'the engine is closing');
    if (options.after !== undefined) this.table.row(options.after);
    const jobId = this.table.add(kind, title, params, options);
    // Inside a transaction the job does not exist yet: it begins once that is committed, and never if it is rolled back.
    if (this.table.inTransaction) queueMicrotask(() => this.added(jobId));
    else this.added(jobId);
    return jobId;
  }

  private added(jobId: number): void {
    if (!this.table.open || !this.table.find(jobId)) return;
    this.publish(jobId);
    this.schedule();
  }

  get(jobId: number): Job | null {
    const row = this.table.find(jobId);
    return row ? this.job(row) : null;
  }

  /** A job with its failed items, or a page of them. Throws NOT_FOUND. */
  detail(jobId: number, page: { offset?: number; limit?: number } = {}): JobDetail {
    const row = this.table.row(jobId);
    const { offset = 0, limit = Infinity } = page;
    const stored = this.table.failures(jobId, page);
    const waiting = this.running.get(jobId)?.failures ?? [];
    const job = this.job(row);
    const items = [...stored, ...waiting.slice(Math.max(0, offset - (job.failures - waiting.length)))];
    return { ...job, items: items.slice(0, limit) };
  }

  /** Newest first. `active`: neither done, failed nor cancelled. */
  list(options: { active?: boolean; limit?: number } = {}): Job[] {
    return this.table
      .list(options.active ?? false, options.limit ?? 100)
      .map((row) => this.job(row))
      .filter((job) => !options.active || !settledStatus.has(job.status));
  }

  /** Why a job failed in this process; null for one that failed before it. */
  errorOf(jobId: number): EngineError | null {
    return this.errors.get(jobId) ?? null;
  }

  settled(jobId: number): Promise<Job> {
    const job = this.job(this.table.row(jobId));
    if (settledStatus.has(job.status)) return Promise.resolve(job);
    return new Promise((resolve) => {
      this.waiting.set(jobId, [...(this.waiting.get(jobId) ?? []), resolve]);
    });
  }

  pause(jobId: number): void {
    this.record(jobId);
    const status = this.status(this.table.row(jobId));
    if (status === 'running') this.stop(jobId, 'paused');
    else if (status === 'queued') this.become(jobId, 'paused');
    else if (status !== 'paused') throw new EngineError('CONFLICT', `job ${jobId} is ${status} and cannot be paused`);
  }

  /** Lets a paused job go on from its saved state. */
  resume(jobId: number): void {
    const status = this.status(this.table.row(jobId));
    const running = this.running.get(jobId);
    if (running?.stop === 'paused') running.stop = 'queued';
    else if (status === 'paused') this.become(jobId, 'queued');
    else if (status !== 'queued' && status !== 'running')
      throw new EngineError('CONFLICT', `job ${jobId} is ${status} and cannot be resumed`, {
        hint: 'Use retry for a job that failed or was cancelled.',
      });
    this.schedule();
  }

  /** Takes a waiting job, and what it waits for, to the front; what runs in its place stops at a safe point and goes on after it. */
  first(jobId: number): void {
    const { status } = this.table.row(jobId);
    if (status === 'paused') this.become(jobId, 'queued');
    else if (status !== 'queued')
      throw new EngineError('CONFLICT', `job ${jobId} is ${status}; only a waiting job can be moved to the front`);
    const moved = this.table.toFront(jobId);
    for (const id of moved) this.publish(id);
    const next = this.table.ready().find(({ id }) => moved.includes(id));
    const lane = next && this.runners.get(next.kind)?.lane;
    for (const id of this.running.keys())
      if (lane && this.runners.get(this.table.row(id).kind)?.lane === lane)
        this.stop(id, 'queued', 'another job goes first');
    this.schedule();
  }

  /** A job that has ended stays as it is: it may have ended while the wish was on its way. */
  cancel(jobId: number): void {
    this.record(jobId);
    const status = this.status(this.table.row(jobId));
    if (status === 'running') this.stop(jobId, 'cancelled');
    else if (status === 'queued' || status === 'paused') {
      this.finish(jobId, 'cancelled', { error: null });
      this.drop(jobId);
    }
  }

  private drop(jobId: number): void {
    const row = this.table.row(jobId);
    const dropped = this.runners.get(row.kind)?.dropped;
    if (!dropped) return;
    const { params, state } = storedJob(row, this.schemas);
    dropped(params, state).catch((thrown: unknown) => {
      const { message, detail } = EngineError.from(thrown);
      this.events.publish({
        type: 'notice',
        level: 'warning',
        message: `“${row.title}” was cancelled here, but not everywhere: ${message}`,
        hint: detail.hint ?? null,
      });
    });
  }

  /** Runs the failed items again; a job that failed or was cancelled as a whole goes on from its saved state. */
  retry(jobId: number): void {
    this.record(jobId);
    const row = this.table.row(jobId);
    if (!settledStatus.has(row.status))
      throw new EngineError('CONFLICT', `job ${jobId} is ${row.status}; only an ended job can be tried again`);
    for (const changed of this.table.requeue(jobId)) this.publish(changed);
    this.schedule();
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const jobId of this.running.keys()) this.stop(jobId, 'queued');
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeMs);
    });
    await Promise.race([Promise.all([...this.running.values()].map(({ done }) => done)), patience]);
    clearTimeout(timer);
    for (const jobId of this.running.keys()) this.leaveQueued(jobId);
    for (const timeout of this.publishing.values()) clearTimeout(timeout);
    this.publishing.clear();
  }

  /** A job that did not stop in time is cut off with the process: by intent, which does not count as its death. */
  private leaveQueued(jobId: number): void {
    try {
      this.table.setStatus(jobId, 'queued');
    } catch {
      // A full disk: the next start queues it.
    }
  }

  private schedule(): void {
    if (!this.started || this.closing) return;
    const busy = new Set<JobLane>(
      [...this.running.keys()].flatMap((jobId) => this.runners.get(this.table.row(jobId).kind)?.lane ?? []),
    );
    for (const row of this.table.ready()) {
      const runner = this.runners.get(row.kind);
      if (!runner || busy.has(runner.lane) || this.running.has(row.id) || this.unrecorded.has(row.id)) continue;
      busy.add(runner.lane);
      this.begin(row, runner);
    }
  }

  private begin(row: JobRow, runner: AnyRunner): void {
    const abort = new AbortController();
    const running: Running = {
      abort,
      meter: new ProgressMeter(row.done, row.total),
      stop: null,
      failures: [],
      done: Promise.resolve(),
    };
    this.running.set(row.id, running);
    this.errors.delete(row.id);
    // A beginning that a full disk does not take is this job's failure: not that of the one whose end let it begin.
    running.done = new Promise<void>((resolve) => {
      this.table.begin(row.id);
      this.publish(row.id);
      resolve();
    })
      .then(() => runner.run(this.context(row, running)))
      .then(
        (result) => this.end(row.id, running, { result }),
        (thrown: unknown) => this.end(row.id, running, { thrown }),
      )
      // Only the database itself can fail here (a full disk): the job stays queued or "running" there and is begun again at the next start.
      .catch((thrown: unknown) => {
        this.running.delete(row.id);
        const error = EngineError.from(thrown);
        this.errors.set(row.id, error);
        this.unrecorded.set(row.id, { status: 'failed', error: failureSentence(error), cause: row.id });
        for (const id of this.table.followers(row.id))
          this.unrecorded.set(id, {
            status: 'cancelled',
            error: `it waited for job ${row.id}, which failed`,
            cause: row.id,
          });
        for (const [id, { cause }] of this.unrecorded) if (cause === row.id) this.tell(id);
        this.events.publish({
          type: 'notice',
          level: 'error',
          message: `job ${row.id} could not be recorded: ${error.message}`,
          hint: 'Free some space, then try it again; it also goes on at the next start.',
        });
        this.schedule();
      });
  }

  private context(row: JobRow, running: Running): JobContext<unknown, unknown> {
    let stored = 0;
    const store = () => {
      stored = performance.now();
      this.table.saveProgress(row.id, running.meter, running.failures.splice(0));
    };
    return {
      jobId: row.id,
      ...storedJob(row, this.schemas),
      retryItems: row.retry_items === null ? null : JSON.parse(row.retry_items),
      signal: running.abort.signal,
      stopReason: () => running.stop,
      saveState: (state) => this.table.saveState(row.id, state, running.failures.splice(0)),
      itemFailed: (failure) => {
        running.failures.push(failure);
        if (performance.now() - stored > storeMs) store();
        this.publishSoon(row.id);
      },
      progress: (update) => {
        running.meter.update(update, performance.now());
        if (performance.now() - stored > storeMs) store();
        this.publishSoon(row.id);
      },
    };
  }

  private end(jobId: number, running: Running, outcome: { result: unknown } | { thrown: unknown }): void {
    if ('thrown' in outcome) this.errors.set(jobId, EngineError.from(outcome.thrown));
    this.table.saveProgress(jobId, running.meter, running.failures.splice(0));
    this.running.delete(jobId);
    if (running.stop === 'paused' || running.stop === 'queued') this.become(jobId, running.stop);
    else if (running.stop === 'cancelled') this.finish(jobId, 'cancelled', { error: null });
    else if ('result' in outcome) this.finish(jobId, 'done', { result: outcome.result });
    else this.finish(jobId, 'failed', { error: failureSentence(EngineError.from(outcome.thrown)) });
    this.schedule();
  }

  private stop(jobId: number, reason: StopReason, why = 'the engine is closing'): void {
    const running = this.running.get(jobId);
    if (!running) return;
    // A cancel outranks a pause that is still on its way, and a pause outranks giving way.
    if (running.stop !== 'cancelled' && !(running.stop === 'paused' && reason === 'queued')) running.stop = reason;
    running.abort.abort(new EngineError('CANCELLED', reason === 'queued' ? why : `the job was ${reason}`));
  }

  private become(jobId: number, status: 'paused' | 'queued'): void {
    this.table.setStatus(jobId, status);
    this.publish(jobId);
  }

  private finish(
    jobId: number,
    status: 'done' | 'failed' | 'cancelled',
    outcome: { result?: unknown; error?: string | null },
  ): void {
    const cancelled = this.table.finish(jobId, status, outcome);
    for (const id of [jobId, ...cancelled]) this.tell(id);
    this.schedule();
  }

  /** To those who look on, and those who wait for its end. */
  private tell(jobId: number): void {
    const job = this.job(this.table.row(jobId));
    this.publish(jobId);
    for (const resolve of this.waiting.get(jobId) ?? []) resolve(job);
    this.waiting.delete(jobId);
  }

  /** Writes down the end that a full disk did not take. Throws DISK_FULL where it still does not. */
  private record(jobId: number): void {
    const cause = this.unrecorded.get(jobId)?.cause;
    if (cause === undefined) return;
    this.table.finish(cause, 'failed', { error: this.unrecorded.get(cause)!.error });
    for (const [id, ended] of this.unrecorded) if (ended.cause === cause) this.unrecorded.delete(id);
  }

  private job(row: JobRow): Job {
    const running = this.running.get(row.id);
    const job = this.table.job(row, running?.meter ?? null);
    const ended = this.unrecorded.get(row.id);
    if (ended) return { ...job, status: ended.status, error: ended.error };
    return { ...job, status: this.status(row), failures: job.failures + (running?.failures.length ?? 0) };
  }

  /** What a killed process left running waits to be begun again; only a reader beside a writer sees the writer's jobs run. */
  private status(row: JobRow): JobStatus {
    return row.status === 'running' && !this.readOnly && !this.running.has(row.id) ? 'queued' : row.status;
  }

  private publish(jobId: number): void {
    clearTimeout(this.publishing.get(jobId));
    this.publishing.delete(jobId);
    this.events.publish({ type: 'jobChanged', job: this.job(this.table.row(jobId)) });
  }

  private publishSoon(jobId: number): void {
    if (this.publishing.has(jobId)) return;
    const timer = setTimeout(() => {
      this.publishing.delete(jobId);
      if (this.table.open && this.table.find(jobId)) this.publish(jobId);
    }, publishMs);
    timer.unref();
    this.publishing.set(jobId, timer);
  }
}
