// The host's side of a distributed extraction: makes the run, fills the queue, imports the parts as they come, one transaction each, and
// keeps track of the workers. Killed anywhere it goes on from the store; the workers need not notice.
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { doneShards, readDonePart, readSplit, splitShards } from '../../distribution/doneMarker.ts';
import { readManifest, readRunState, setRunState, type Manifest } from '../../distribution/manifest.ts';
import { describeModel, publishModel } from '../../distribution/modelFile.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import { preprocessingVersion, type Recipe } from '../../distribution/recipe.ts';
import { partKey } from '../../distribution/storeLayout.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { setToContinue } from '../maps/openEmbeddingSet.ts';
import { modelOrCurrent, storedModelId } from '../models/currentModel.ts';
import type { EngineContext } from '../engineContext.ts';
import { configPathBeside } from './configPathBeside.ts';
import { importPart } from './importPart.ts';
import { ImportedShards } from './importedShards.ts';
import { openRun, plannedClips } from './planRun.ts';
import { RunAddresses } from './runAddresses.ts';
import { RunWatch } from './runWatch.ts';

export type DistributeParams = JobParams<'distribute'>;
type State = JobState<'distribute'>;
type Result = JobResult<'distribute'>;

/** Between looks at the store: a moment for small runs, a share of the time a look takes for large ones. */
const lookEveryMs = 1500;
const lookShare = 15;
/** How often the queue is compared with the store: what a lost queue forgot is added again. */
const refillEveryMs = 30_000;

class Distribution {
  private readonly context: EngineContext;
  private readonly job: JobContext<DistributeParams, State>;
  private readonly addresses: RunAddresses;
  private readonly state: State;
  private readonly watch: RunWatch;
  private readonly startedAt = performance.now();
  private readonly secondsBefore: number;
  private imported = new ImportedShards(0);
  private setId: number | null = null;
  private refilledAt = -Infinity;

  constructor(context: EngineContext, job: JobContext<DistributeParams, State>) {
    this.context = context;
    this.job = job;
    const { modelId } = job.params;
    const fresh = {
      runId: null,
      imported: '',
      planned: 0,
      embedded: 0,
      skipped: 0,
      failed: 0,
      reasons: {},
      seconds: 0,
    };
    this.state =
      job.state && !job.retryItems
        ? structuredClone(job.state)
        : { ...fresh, modelId: job.state?.modelId ?? modelOrCurrent(context, modelId) };
    this.secondsBefore = this.state.seconds;
    this.addresses = new RunAddresses(context, job.params);
    this.watch = new RunWatch(context.distribution, job.jobId, job.params);
  }

  async run(): Promise<Result> {
    const { signal } = this.job;
    this.job.progress({ done: 0, note: 'Opening the store' });
    const store = await this.addresses.store(signal, (reason) => this.watch.waits(reason));
    try {
      const recipe = await this.recipe();
      const run = await this.open(store, recipe);
      if (run) await this.follow(store, run);
      return this.result(recipe, run);
    } catch (thrown) {
      await this.stopped();
      throw thrown;
    } finally {
      this.watch.end();
      await this.addresses.close();
      store.close();
    }
  }

  private async recipe(): Promise<Recipe> {
    const { frames, device, precision } = this.job.params;
    const { modelId } = this.state;
    const resolved = resolveModel(this.context.workspace, modelId);
    const name = storedModelId(modelId, resolved);
    const existing = setToContinue(this.context, { name, precision });
    const numbers = precision === 'auto' ? (existing?.precision ?? 'float32') : precision;
    const model = await describeModel(resolved, name, await configPathBeside(resolved));
    return { model, preprocessing: preprocessingVersion, precision: numbers, frames, extraction: 'auto', device };
  }

  /** Clips of the workspace that the run is for: those without a row, or on a retry those that failed. */
  private missing({ model, precision }: Recipe): number[] {
    const { workspace } = this.context;
    workspace.vectors.dropUnreadable();
    const set = setToContinue(this.context, { name: model.name, precision });
    const ids = set ? workspace.vectors.missing(set.id) : workspace.clips.ids().toSorted((a, b) => a - b);
    const again = this.job.retryItems && new Set(this.job.retryItems.flatMap(({ clipId }) => clipId ?? []));
    return again ? ids.filter((clipId) => again.has(clipId)) : ids;
  }

  private async open(store: ObjectStore, recipe: Recipe): Promise<Manifest | null> {
    const { workspace } = this.context;
    const { state, job } = this;
    const resolved = resolveModel(workspace, state.modelId);
    if (state.runId !== null) {
      const run = await readManifest(store, state.runId);
      await publishModel(store, recipe.model, resolved, await configPathBeside(resolved));
      this.imported = new ImportedShards(run.shards.length, state.imported);
      await this.begin(store, run);
      return run;
    }
    const ids = this.missing(recipe);
    const { clips, gone } = plannedClips(workspace, ids);
    for (const { clipId, path } of gone) {
      job.itemFailed({ path, clipId, code: 'NOT_FOUND', message: 'the file is not there' });
      this.failed('NOT_FOUND', 1);
    }
    state.planned = ids.length;
    state.skipped = workspace.clips.count() - ids.length;
    if (clips.length === 0) return null;
    job.progress({ done: 0, total: ids.length, note: 'Sharing the model' });
    await publishModel(store, recipe.model, resolved, await configPathBeside(resolved));
    const run = await openRun(store, recipe, clips, {
      shardClips: job.params.shardClips,
      again: job.retryItems !== null,
      onShard: (done, of) => job.progress({ done: 0, total: ids.length, note: `Sharing the work: ${done} of ${of}` }),
    });
    state.runId = run.runId;
    this.imported = new ImportedShards(run.shards.length);
    job.saveState(state);
    await this.begin(store, run);
    return run;
  }

  private async begin(store: ObjectStore, run: Manifest): Promise<void> {
    await setRunState(store, run.runId, 'running');
    const queue = this.addresses.queue(run.runId);
    if (queue) await queue.setPaused(false);
  }

  private failed(code: keyof State['reasons'], clips: number): void {
    this.state.failed += clips;
    this.state.reasons[code] = (this.state.reasons[code] ?? 0) + clips;
  }

  /** Imports what is done, again and again, until all is. */
  private async follow(store: ObjectStore, run: Manifest): Promise<void> {
    for (;;) {
      const from = performance.now();
      const open = await this.collect(store, run);
      if (open.length === 0) return this.over(store, run);
      if (!this.job.params.wait && this.addresses.withoutQueue) return;
      await this.refill(run, open);
      await this.watch.look(store, run, this.numbers(run, open.length));
      this.progress();
      if ((await readRunState(store, run.runId)) === 'cancelled')
        throw new EngineError('CANCELLED', 'the run was cancelled from elsewhere');
      const pause = Math.max(lookEveryMs, lookShare * (performance.now() - from));
      await sleep(Math.min(pause, 60_000), undefined, { signal: this.job.signal });
    }
  }

  private numbers(run: Manifest, open: number) {
    const { planned, embedded, failed, reasons } = this.state;
    return {
      total: run.shards.length,
      done: run.shards.length - open,
      clipsLeft: Math.max(0, planned - embedded - failed),
      reasons,
    };
  }

  /** Imports parts that are new. Returns the shards that are not done, or their open pieces. */
  private async collect(store: ObjectStore, run: Manifest): Promise<string[]> {
    const done = await doneShards(store, run.setId);
    const split = await splitShards(store, run.setId);
    this.watch.split = run.shards.filter(({ id }) => split.has(id)).length;
    const open: string[] = [];
    for (const [at, { id }] of run.shards.entries()) {
      if (this.imported.has(at)) continue;
      this.job.signal.throwIfAborted();
      const parts = await this.doneParts(store, run.setId, id, done, split);
      if (!parts) open.push(id);
      else await this.take(store, run, at, parts);
    }
    return open;
  }

  /** The parts that stand for a shard; null while one of them is not done. */
  private async doneParts(
    store: ObjectStore,
    setId: string,
    id: string,
    done: ReadonlySet<string>,
    split: ReadonlySet<string>,
  ): Promise<string[] | null> {
    if (done.has(id)) return [id];
    const pieces = split.has(id) ? await readSplit(store, setId, id) : null;
    if (!pieces) return null;
    const parts: string[] = [];
    for (const piece of pieces) {
      const found = await this.doneParts(store, setId, piece, done, split);
      if (!found) return null;
      parts.push(...found);
    }
    return parts;
  }

  private async take(store: ObjectStore, run: Manifest, at: number, parts: readonly string[]): Promise<void> {
    const { workspace } = this.context;
    const read = await Promise.all(parts.map((id) => readDonePart(store, run.setId, id)));
    const damaged = parts.filter((_, i) => !read[i]);
    for (const id of damaged)
      this.warn(`The part of shard ${id} was damaged in the store; the shard is computed again.`);
    if (damaged.length > 0) return;
    const rows = read.flatMap((one) => one!.rows);
    const before = structuredClone(this.state);
    const importedBefore = this.imported.toString();
    try {
      workspace.atomically(() => {
        const part = importPart(workspace, run.recipe.model.name, run.recipe, rows, partKey(run.setId, parts[0]!));
        this.setId = part.setId ?? this.setId;
        this.state.embedded += part.embedded;
        for (const failure of part.failures) {
          this.job.itemFailed(failure);
          this.failed(failure.code, 1);
        }
        this.imported.add(at);
        this.state.imported = this.imported.toString();
        this.state.seconds = this.secondsBefore + (performance.now() - this.startedAt) / 1000;
        this.job.saveState(this.state);
      });
    } catch (thrown) {
      Object.assign(this.state, before);
      this.imported = new ImportedShards(run.shards.length, importedBefore);
      throw thrown;
    }
    this.progress();
    if (this.setId !== null) this.context.events.publish({ type: 'embeddingsChanged', setId: this.setId });
  }

  private warn(message: string): void {
    this.context.events.publish({ type: 'notice', level: 'warning', message, hint: null });
  }

  private progress(): void {
    const { planned, skipped, embedded, failed } = this.state;
    this.job.progress({ done: skipped + embedded + failed, total: planned + skipped, note: this.watch.note() });
  }

  /** Adds what is open and not in the queue. A queue that does not answer is waited for: workers go on with what they have. */
  private async refill(run: Manifest, open: readonly string[]): Promise<void> {
    const queue = this.addresses.queue(run.runId);
    if (!queue || performance.now() - this.refilledAt < refillEveryMs) return;
    try {
      await queue.add(open);
      this.refilledAt = performance.now();
      this.watch.queueAnswers();
    } catch (thrown) {
      const error = EngineError.from(thrown);
      if (error.code !== 'BACKEND_UNAVAILABLE') throw error;
      this.watch.waits(error.message);
    }
  }

  private async over(store: ObjectStore, run: Manifest): Promise<void> {
    await setRunState(store, run.runId, 'done');
    await this.addresses
      .queue(run.runId)
      ?.clear()
      .catch(() => undefined);
  }

  /** Pause and cancel reach the workers; a host that closes leaves them at work. */
  private async stopped(): Promise<void> {
    const { runId } = this.state;
    const reason = this.job.stopReason();
    if (runId === null || (reason !== 'paused' && reason !== 'cancelled')) return;
    await this.addresses.end(await this.addresses.freshStore(), runId, reason);
  }

  private result(recipe: Recipe, run: Manifest | null): Result {
    const { embedded, skipped, failed } = this.state;
    const seconds = this.secondsBefore + (performance.now() - this.startedAt) / 1000;
    const shards = run?.shards.length ?? 0;
    const remaining = Array.from({ length: shards }, (_, at) => at).filter((at) => !this.imported.has(at)).length;
    return {
      embedded,
      skipped,
      failed,
      clipsPerSecond: seconds > 0 ? embedded / seconds : 0,
      precision: recipe.precision,
      device: 'cpu',
      agreement: null,
      reason: run ? 'computed by workers of a distributed run' : 'nothing was missing',
      run: run?.runId ?? null,
      shards,
      remaining,
    };
  }
}

export const createDistributeRunner = (context: EngineContext): JobRunner<DistributeParams, State, Result> => ({
  lane: 'io',
  run: (job) => new Distribution(context, job).run(),
  async dropped(params, state) {
    if (!state || state.runId === null) return;
    const addresses = new RunAddresses(context, params);
    const store = await addresses.store();
    try {
      await addresses.end(store, state.runId, 'cancelled');
    } finally {
      await addresses.close();
      store.close();
    }
  },
});
