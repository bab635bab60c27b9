// The embed job: input files are made a few clips ahead, the compute worker embeds batch by batch, rows are durable before the next.
//
// Killed anywhere it loses one batch: what has a row is not missing any more.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import type { ExtractionWish } from '../../extraction/extractionRuntime.ts';
import { ensureClipInput } from '../../media/clipInput.ts';
import { isWorkerEnd } from '../../workers/channel.ts';
import type { EmbedResult } from '../../workers/inferenceHandlers.ts';
import { takeNext } from '../inputs/visibleClips.ts';
import { encoderFolder } from './encoderFolder.ts';
import { growMap } from './growMap.ts';
import type { EngineContext } from '../engineContext.ts';
import { modelOrCurrent, storedModelId } from '../models/currentModel.ts';
import { rememberSpeed } from '../models/modelSpeed.ts';
import { fileLimitS, MediaGate } from '../inputs/mediaGate.ts';

export interface EmbedParams {
  /** Without it, the model that is current when the job starts. */
  modelId?: string | undefined;
  frames: number;
  clipIds?: number[] | undefined;
  extraction?: ExtractionWish | undefined;
  /** An import whose clips are embedded as they are stored; the map grows with them. */
  alongside?: number | undefined;
}
/** `modelId`: the model that embeds, also after the job was interrupted. `failedIds`: clips that could not be embedded, not tried again when the job resumes. `planned`: clips there were to embed at first. */
export interface EmbedState {
  modelId?: string;
  planned: number;
  embedded: number;
  skipped: number;
  failedIds: number[];
  seconds: number;
}
export interface EmbedJobResult {
  embedded: number;
  skipped: number;
  failed: number;
  clipsPerSecond: number;
}

const BATCH = 8;
/** The first batch of a growing map is small, so that its first points appear soon. */
const FIRST_BATCH = 3;
/** How often embedding alongside an import looks for new clips. */
const ALONGSIDE_MS = 500;
/** Clips whose inputs are being made or wait to be embedded. */
const AHEAD = 2 * BATCH;
const DECODERS = 2;
const announceMs = 1000;

/** The model that embeds, and how. */
interface EncoderChoice {
  model: string;
  graphs: string;
  extraction: ExtractionWish | undefined;
}

/** Yields each clip's input path or why there is none, those looked at first, with `AHEAD` clips under way at most. */
async function* inputsOf(
  context: EngineContext,
  clips: readonly ClipRecord[],
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
          ensureClipInput({ workspace, media: { calls } }, clip, { signal: within }),
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
    const { workspace, compute } = this.context;
    const { clipIds, extraction } = this.job.params;
    const modelId = this.job.state?.modelId ?? modelOrCurrent(this.context, this.job.params.modelId);
    this.state.modelId = modelId;
    const model = resolveModel(workspace, modelId);
    this.job.progress({ done: 0, note: 'Opening the model' });
    const how = { model, graphs: encoderFolder(workspace), extraction };
    const { dim, notice } = await compute.calls.embeddingDim(how, { signal: this.job.signal });
    if (notice)
      this.context.events.publish({
        type: 'notice',
        level: 'warning',
        message: `Embedding takes longer: ${notice}`,
        hint: null,
      });
    const { setId } = workspace.vectors.set(storedModelId(modelId, model), dim);
    if (modelId === workspace.vectors.modelId()) workspace.vectors.adopt(setId);
    const { todo, total } = this.todo(setId, clipIds);
    if (!this.job.state || this.job.retryItems) {
      this.state.skipped = total - todo.length;
      this.state.planned = todo.length;
      this.job.saveState(this.state);
    } else if (this.state.planned) {
      // Rows that a killed run stored without counting them.
      this.state.embedded = this.state.planned - todo.length - this.state.failedIds.length;
    }
    await this.embedAll(how, setId, todo, total);
    while (await this.importGoesOn()) {
      const more = this.todo(setId, clipIds);
      if (more.todo.length > 0) await this.embedAll(how, setId, more.todo, more.total);
    }
    this.report(setId, true);
    const seconds = this.state.seconds;
    rememberSpeed(this.context, modelId, this.measured);
    return {
      embedded: this.state.embedded,
      skipped: this.state.skipped,
      failed: this.state.failedIds.length,
      clipsPerSecond: seconds > 0 ? this.state.embedded / seconds : 0,
    };
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
  private async embedAll(
    how: EncoderChoice,
    setId: number,
    clips: readonly ClipRecord[],
    total: number,
  ): Promise<void> {
    const { frames, alongside } = this.job.params;
    const [before, from] = [this.state.embedded, performance.now()];
    this.done = total - clips.length;
    this.total = total;
    let batch: { clip: ClipRecord; path: string }[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      const current = batch;
      batch = [];
      const request = { ...how, inputs: current.map(({ path }) => path), frames };
      const result = await this.survivingCrash(() =>
        this.context.compute.calls.embed(request, { signal: this.job.signal }),
      );
      this.store(
        setId,
        current.map(({ clip }) => clip),
        result,
      );
      this.done += current.length;
      this.report(setId);
    };
    for await (const input of inputsOf(this.context, clips, this.job.signal)) {
      this.job.signal.throwIfAborted();
      if ('path' in input) batch.push(input);
      else {
        if (input.error.code === 'CANCELLED' || input.error.code === 'DISK_FULL') throw input.error;
        this.fail(input.clip, input.error);
        this.done++;
      }
      const first = alongside !== undefined && this.state.embedded === 0;
      if (batch.length >= (first ? FIRST_BATCH : BATCH)) await flush();
    }
    await flush();
    this.measured.clips += this.state.embedded - before;
    this.measured.seconds += (performance.now() - from) / 1000;
  }

  /** The worker starts again by itself; what it was doing when it died is asked once more. */
  private async survivingCrash<T>(call: () => Promise<T>): Promise<T> {
    return call().catch((thrown: unknown) => {
      if (this.job.signal.aborted || !isWorkerEnd(thrown)) throw thrown;
      return call();
    });
  }

  /** Clips of the request without a row, and how many the request names in all. */
  private todo(setId: number, clipIds: readonly number[] | undefined): { todo: ClipRecord[]; total: number } {
    const { workspace } = this.context;
    const wanted = this.job.retryItems?.flatMap(({ clipId }) => clipId ?? []) ?? clipIds;
    const missing = workspace.vectors.missing(setId);
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
