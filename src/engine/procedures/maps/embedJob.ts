// The embed job: input files are made a few clips ahead, the compute worker embeds batch by batch, rows are durable before the next.
//
// Killed anywhere it loses one batch: what has a row is not missing any more.
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel, wantsAlignedFrames } from '../../checkpoint/catalogue/catalogue.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import type { Device } from '../../../shared/contract/extraction.ts';
import { ensureClipInput } from '../../media/clipInput.ts';
import { WorkerExitError } from '../../workers/workerErrors.ts';
import type { EmbedResult } from '../../workers/inferenceHandlers.ts';
import { takeNext } from '../inputs/visibleClips.ts';
import { encoderFolder } from './encoderFolder.ts';
import { growMap } from './growMap.ts';
import {
  clipsToChooseBy,
  openEmbeddingSet,
  setToContinue,
  type EmbeddingWish,
  type OpenSet,
} from './openEmbeddingSet.ts';
import type { EngineContext } from '../engineContext.ts';
import { modelOrCurrent, storedModelId } from '../models/currentModel.ts';
import { rememberSpeed } from '../models/modelSpeed.ts';
import { fileLimitS, MediaGate } from '../inputs/mediaGate.ts';

export type EmbedParams = JobParams<'embed'>;
export type EmbedState = JobState<'embed'>;
export type EmbedJobResult = JobResult<'embed'>;

const BATCH = 8;
/** The first batch of a growing map is small, so that its first points appear soon. */
const FIRST_BATCH = 3;
/** How often embedding alongside an import looks for new clips. */
const ALONGSIDE_MS = 500;
/** Clips whose inputs are being made or wait to be embedded. */
const AHEAD = 2 * BATCH;
const DECODERS = 2;
const announceMs = 1000;

interface PreparedClip {
  clip: ClipRecord;
  path: string;
}

/** Yields each clip's input path or why there is none, those looked at first, with `AHEAD` clips under way at most. */
async function* inputsOf(
  context: EngineContext,
  clips: readonly ClipRecord[],
  aligned: boolean,
  signal: AbortSignal,
): AsyncGenerator<{ clip: ClipRecord; path: string } | { clip: ClipRecord; error: EngineError }> {
  const gate = new MediaGate(context.media);
  const { workspace } = context;
  let free = DECODERS;
  const turns: (() => void)[] = [];
  const make = async (clip: ClipRecord) => {
    if (free === 0) await new Promise<void>((resolve) => turns.push(resolve));
    else free--;
    try {
      if (signal.aborted) throw new EngineError('CANCELLED', 'stopped');
      const limitS = fileLimitS(workspace.media.get(clip.mediaId)?.sizeBytes ?? 0);
      return {
        clip,
        path: await gate.call(clip.absolutePath, limitS, signal, (calls, within) =>
          ensureClipInput({ workspace, media: { calls } }, clip, { signal: within, aligned }),
        ),
      };
    } catch (thrown) {
      return { clip, error: EngineError.from(thrown) };
    } finally {
      const next = turns.shift();
      if (next) next();
      else free++;
    }
  };
  const queue: ReturnType<typeof make>[] = [];
  const waiting = new Map(clips.map((clip) => [clip.id, clip]));
  for (;;) {
    while (waiting.size > 0 && queue.length < AHEAD) queue.push(make(takeNext(workspace, waiting)!));
    const next = queue.shift();
    if (!next) return;
    yield await next;
  }
}

class EmbedJob {
  private readonly context: EngineContext;
  private readonly job: JobContext<EmbedParams, EmbedState>;
  private readonly state: EmbedState;
  private readonly startedAt = performance.now();
  private readonly secondsBefore: number;
  private announcedAt = 0;
  private set: OpenSet | null = null;
  /** Clips embedded by this run, without waiting for an import. */
  private readonly measured = { clips: 0, seconds: 0 };
  private done = 0;
  private total = 0;

  constructor(context: EngineContext, job: JobContext<EmbedParams, EmbedState>) {
    this.context = context;
    this.job = job;
    this.state =
      job.retryItems || !job.state
        ? { planned: 0, embedded: 0, skipped: 0, failedIds: [], seconds: 0 }
        : structuredClone(job.state);
    this.secondsBefore = this.state.seconds;
  }

  async run(): Promise<EmbedJobResult> {
    const modelId = this.job.state?.modelId ?? modelOrCurrent(this.context, this.job.params.modelId);
    this.state.modelId = modelId;
    const { clipIds } = this.job.params;
    this.job.progress({ done: 0, note: 'Opening the model' });
    // Rows whose vectors are lost (a truncated file) count as missing and are computed anew.
    this.context.workspace.vectors.dropUnreadable();
    const existing = setToContinue(this.context, this.wish());
    const { todo, total } = this.todo(existing?.id ?? null, clipIds);
    this.count(todo.length, total);
    // A set without vectors is opened once there are clips to choose its precision by.
    if (existing) await this.open([]);
    await this.embedAll(todo, total);
    while (await this.importGoesOn()) {
      const more = this.todo(this.set?.setId ?? null, clipIds);
      if (more.todo.length > 0) await this.embedAll(more.todo, more.total);
    }
    const { setId, choice } = this.set ?? (await this.open([]));
    this.report(setId, true);
    const seconds = this.state.seconds;
    rememberSpeed(this.context, modelId, this.measured);
    return {
      embedded: this.state.embedded,
      skipped: this.state.skipped,
      failed: this.state.failedIds.length,
      clipsPerSecond: seconds > 0 ? this.state.embedded / seconds : 0,
      ...choice,
    };
  }

  private wish(): EmbeddingWish {
    const { frames, extraction, precision = 'auto', device = 'auto' } = this.job.params;
    const modelId = this.state.modelId!;
    const model = resolveModel(this.context.workspace, modelId);
    return { model, modelId, name: storedModelId(modelId, model), frames, extraction, precision, device };
  }

  /** @param clips of a set without vectors, the first ones */
  private async open(clips: readonly PreparedClip[]): Promise<OpenSet> {
    if (clips.length > 0) this.job.progress({ done: this.done, note: 'Choosing what computes fastest here' });
    const [inputs, from] = [clips.map(({ path }) => path), performance.now()];
    this.set = await this.survivingCrash(() => openEmbeddingSet(this.context, this.wish(), inputs, this.job.signal));
    if (clips.length > 0) this.measured.seconds -= (performance.now() - from) / 1000;
    if (this.set.notice) this.warn(this.set.notice);
    return this.set;
  }

  private warn(notice: string): void {
    const message = `Embedding takes longer: ${notice}`;
    this.context.events.publish({ type: 'notice', level: 'warning', message, hint: null });
  }

  /** Counts what there is to do at first; a resumed job learns of rows that a killed run stored without counting them. */
  private count(todo: number, total: number): void {
    if (!this.job.state || this.job.retryItems) {
      this.state.skipped = total - todo;
      this.state.planned = todo;
      this.job.saveState(this.state);
    } else if (this.state.planned) {
      this.state.embedded = this.state.planned - todo - this.state.failedIds.length;
    }
  }

  /** Waits a moment while the import that this job goes along with runs; false once it has ended, or where there is none. */
  private async importGoesOn(): Promise<boolean> {
    const { alongside } = this.job.params;
    if (alongside === undefined) return false;
    await sleep(ALONGSIDE_MS);
    this.job.signal.throwIfAborted();
    return this.context.jobs.get(alongside)?.status === 'running';
  }

  /** Embeds `clips` batch by batch; rows are durable before the next batch. `total`: clips of the whole request. */
  private async embedAll(clips: readonly ClipRecord[], total: number): Promise<void> {
    const { alongside } = this.job.params;
    const [before, from] = [this.state.embedded, performance.now()];
    this.done = total - clips.length;
    this.total = total;
    let batch: PreparedClip[] = [];
    const aligned = await wantsAlignedFrames(this.wish().model);
    for await (const input of inputsOf(this.context, clips, aligned, this.job.signal)) {
      this.job.signal.throwIfAborted();
      if ('path' in input) batch.push(input);
      else {
        if (input.error.code === 'CANCELLED' || input.error.code === 'DISK_FULL') throw input.error;
        this.fail(input.clip, input.error);
        this.done++;
      }
      const first = alongside !== undefined && this.state.embedded === 0;
      if (batch.length < (first ? FIRST_BATCH : this.set ? BATCH : clipsToChooseBy)) continue;
      await this.embedBatches(batch);
      batch = [];
    }
    await this.embedBatches(batch);
    this.measured.clips += this.state.embedded - before;
    this.measured.seconds += (performance.now() - from) / 1000;
  }

  private async embedBatches(clips: readonly PreparedClip[]): Promise<void> {
    if (clips.length === 0) return;
    const { setId } = this.set ?? (await this.open(clips));
    for (let from = 0; from < clips.length; from += BATCH) {
      const batch = clips.slice(from, from + BATCH);
      const result = await this.compute(batch.map(({ path }) => path));
      this.store(
        setId,
        batch.map(({ clip }) => clip),
        result,
      );
      this.done += batch.length;
      this.report(setId);
    }
  }

  /** A worker that ended is asked once more, for the CPU: a GPU's driver may have ended it. */
  private async compute(inputs: string[]): Promise<EmbedResult> {
    const { choice } = this.set!;
    const { model, frames, extraction } = this.wish();
    const graphs = encoderFolder(this.context.workspace);
    const request = { model, frames, extraction, graphs, inputs, precision: choice.precision };
    const on = (device: Device) => () =>
      this.context.compute.calls.embed({ ...request, device }, { signal: this.job.signal });
    const result = await this.survivingCrash(on(choice.device), on('cpu'));
    if (result.precision !== choice.precision)
      throw new EngineError(
        'BACKEND_UNAVAILABLE',
        `these embeddings are ${choice.precision}, which cannot be computed any more: ${result.notice ?? 'unknown reason'}`,
        { hint: `Use --precision ${result.precision} for a second set of embeddings.` },
      );
    if (result.device !== choice.device) this.deviceLost(result);
    return result;
  }

  /** The rest of the job, and later ones, compute where it went on. */
  private deviceLost({ device, notice }: Pick<EmbedResult, 'device' | 'notice'>): void {
    const { setId, choice } = this.set!;
    const reason = notice ?? `${choice.device} ended the process`;
    this.warn(reason);
    const now = { ...choice, device, agreement: null, reason };
    this.set = { setId, choice: now, notice };
    this.context.workspace.vectors.describe(setId, now);
  }

  /** The worker starts again by itself; what it was doing when it died is asked once more. */
  private async survivingCrash<T>(call: () => Promise<T>, again = call): Promise<T> {
    return call().catch((thrown: unknown) => {
      if (this.job.signal.aborted || !(thrown instanceof WorkerExitError)) throw thrown;
      return again();
    });
  }

  /** Clips of the request without a row, and how many the request names in all. */
  private todo(setId: number | null, clipIds: readonly number[] | undefined): { todo: ClipRecord[]; total: number } {
    const { workspace } = this.context;
    const wanted = this.job.retryItems?.flatMap(({ clipId }) => clipId ?? []) ?? clipIds;
    const missing = setId === null ? workspace.clips.ids().toSorted((a, b) => a - b) : workspace.vectors.missing(setId);
    const asked = wanted && new Set(wanted);
    const failed = new Set(this.state.failedIds);
    const open = missing.filter((id) => (!asked || asked.has(id)) && !failed.has(id));
    return { todo: workspace.clips.many(open), total: wanted ? wanted.length : workspace.clips.count() };
  }

  private store(setId: number, clips: readonly ClipRecord[], { dim, failed, ...rows }: EmbedResult): void {
    const bad = new Map(failed.map((failure) => [failure.index, failure]));
    const good = clips.map((_, index) => index).filter((index) => !bad.has(index));
    const pick = (all: Float32Array) => {
      const picked = new Float32Array(good.length * dim);
      good.forEach((index, at) => picked.set(all.subarray(index * dim, (index + 1) * dim), at * dim));
      return picked;
    };
    if (good.length)
      this.context.workspace.vectors.append(
        setId,
        good.map((index) => clips[index]!.id),
        { joint: pick(rows.joint), audio: pick(rows.audio), visual: pick(rows.visual) },
      );
    for (const { index, code, message } of failed) this.fail(clips[index]!, new EngineError(code, message));
    this.state.embedded += good.length;
  }

  private fail(clip: ClipRecord, { code, message }: EngineError): void {
    const failure: ItemFailure = { path: clip.absolutePath, clipId: clip.id, code, message };
    this.state.failedIds.push(clip.id);
    this.job.itemFailed(failure);
  }

  private report(setId: number, last = false): void {
    this.state.seconds = this.secondsBefore + (performance.now() - this.startedAt) / 1000;
    this.job.saveState(this.state);
    this.job.progress({ done: this.done, total: this.total, note: null });
    const now = performance.now();
    if (!last && now - this.announcedAt < announceMs) return;
    this.announcedAt = now;
    this.context.events.publish({ type: 'embeddingsChanged', setId });
    if (this.job.params.alongside !== undefined) growMap(this.context);
  }
}

export const createEmbedRunner = (context: EngineContext): JobRunner<EmbedParams, EmbedState, EmbedJobResult> => ({
  lane: 'compute',
  run: (job) => new EmbedJob(context, job).run(),
});
