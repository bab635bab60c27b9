// The embeddings of one shard's clips: inputs are made a few clips ahead, batches computed in order. What cannot be embedded is a row with
// its reason; a clip that ends the compute process is found and named.
import { EngineError } from '../../../shared/engineError.ts';
import type { Device } from '../../../shared/contract/extraction.ts';
import { spaces, type PartOutcome, type PartRow } from '../../distribution/partFile.ts';
import type { Recipe } from '../../distribution/recipe.ts';
import type { Shard, ShardClip } from '../../distribution/shard.ts';
import { ensureClipInput } from '../../media/clipInput.ts';
import type { EmbedResult } from '../../workers/inferenceHandlers.ts';
import { WorkerExitError } from '../../workers/workerErrors.ts';
import { fileLimitS, MediaGate } from '../inputs/mediaGate.ts';
import { MissingFolder } from './mediaPlaces.ts';
import type { ShardMachine } from './shardMachine.ts';

const batchClips = 8;
const aheadClips = 16;
const decoders = 2;

/** Faults of the machine, not of a clip: the shard is given back whole. */
const ofMachine = (error: EngineError): boolean => error.code === 'CANCELLED' || error.code === 'DISK_FULL';

interface Ready {
  clip: ShardClip;
  path: string;
}

export interface EmbedShardRequest {
  machine: ShardMachine;
  recipe: Recipe;
  /** As `ShardMachine.model` gives it. */
  model: string;
  shard: Shard;
  signal: AbortSignal;
  onClip?: (done: number) => void;
}

class ShardEmbedding {
  private readonly request: EmbedShardRequest;
  private readonly gate: MediaGate;
  private readonly outcomes = new Map<ShardClip, PartOutcome>();
  private device: Device | null = null;
  private missingFolders = 0;
  private lastMissing: MissingFolder | null = null;

  constructor(request: EmbedShardRequest) {
    this.request = request;
    this.gate = new MediaGate(request.machine.media);
  }

  async run(): Promise<PartRow[]> {
    const { shard, signal } = this.request;
    let batch: Ready[] = [];
    for await (const ready of this.inputs()) {
      signal.throwIfAborted();
      if (ready) batch.push(ready);
      if (batch.length < batchClips) continue;
      await this.embed(batch);
      batch = [];
    }
    await this.embed(batch);
    if (this.lastMissing && this.missingFolders === shard.clips.length) throw this.lastMissing;
    return shard.clips.map((clip) => ({ ...clip, outcome: this.outcomes.get(clip)! }));
  }

  private settle(clip: ShardClip, outcome: PartOutcome): void {
    this.outcomes.set(clip, outcome);
    this.request.onClip?.(this.outcomes.size);
  }

  private fail(clip: ShardClip, { code, message }: Pick<EngineError, 'code' | 'message'>): void {
    this.settle(clip, { code, message });
  }

  /** Null for a clip that failed. */
  private async *inputs(): AsyncGenerator<Ready | null> {
    const { clips } = this.request.shard;
    const queue: Promise<Ready | null>[] = [];
    let [free, next] = [decoders, 0];
    const turns: (() => void)[] = [];
    const make = async (clip: ShardClip): Promise<Ready | null> => {
      if (free === 0) await new Promise<void>((resolve) => turns.push(resolve));
      else free--;
      try {
        return await this.input(clip);
      } finally {
        const turn = turns.shift();
        if (turn) turn();
        else free++;
      }
    };
    for (;;) {
      while (next < clips.length && queue.length < aheadClips) {
        const made = make(clips[next++]!);
        // Awaited in order below: a failure before its turn is not unhandled.
        made.catch(() => undefined);
        queue.push(made);
      }
      const first = queue.shift();
      if (!first) return;
      yield await first;
    }
  }

  private async input(clip: ShardClip): Promise<Ready | null> {
    const { machine, signal } = this.request;
    signal.throwIfAborted();
    try {
      const file = await machine.places.open(clip, signal);
      const source = { ...clip, absolutePath: file };
      const path = await this.gate.call(file, fileLimitS(clip.media.sizeBytes), signal, (calls, within) =>
        ensureClipInput({ workspace: { path: machine.folder }, media: { calls } }, source, { signal: within }),
      );
      return { clip, path };
    } catch (thrown) {
      const error = EngineError.from(thrown);
      if (signal.aborted || ofMachine(error)) throw error;
      if (thrown instanceof MissingFolder) {
        this.missingFolders++;
        this.lastMissing = thrown;
      }
      this.fail(clip, error);
      return null;
    }
  }

  private async embed(batch: readonly Ready[]): Promise<void> {
    if (batch.length === 0) return;
    const result = await this.surviving(() => this.compute(batch));
    if (result) this.take(batch, result);
    else if (batch.length > 1) for (const one of batch) await this.embed([one]);
    else this.fail(batch[0]!.clip, { code: 'INTERNAL', message: 'this clip ended the compute process twice' });
  }

  /** Null where the compute process ended under the call, twice. */
  private async surviving<T>(call: () => Promise<T>): Promise<T | null> {
    for (let tries = 0; tries < 2; tries++) {
      try {
        return await call();
      } catch (thrown) {
        if (this.request.signal.aborted || !(thrown instanceof WorkerExitError)) throw thrown;
      }
    }
    return null;
  }

  private async compute(batch: readonly Ready[]): Promise<EmbedResult> {
    const { machine, recipe, model, signal } = this.request;
    const { precision, frames, extraction } = recipe;
    const shared = { model, frames, extraction, graphs: machine.graphs, inputs: batch.map(({ path }) => path) };
    const wish = { ...shared, precision, device: recipe.device };
    this.device ??=
      recipe.device === 'cpu' ? 'cpu' : (await machine.compute.calls.chooseExtraction(wish, { signal })).device;
    const result = await machine.compute.calls.embed({ ...shared, precision, device: this.device }, { signal });
    if (result.precision !== precision)
      throw new EngineError(
        'BACKEND_UNAVAILABLE',
        `this machine cannot compute ${precision}: ${result.notice ?? 'unknown reason'}`,
      );
    return result;
  }

  private take(batch: readonly Ready[], { dim, failed, ...rows }: EmbedResult): void {
    const bad = new Map(failed.map((failure) => [failure.index, failure]));
    batch.forEach(({ clip }, at) => {
      const failure = bad.get(at);
      if (failure) return this.fail(clip, failure);
      const vectors = spaces.map((space) => {
        const vector = rows[space].slice(at * dim, (at + 1) * dim);
        return [space, Number.isNaN(vector[0]) ? null : vector];
      });
      this.settle(clip, Object.fromEntries(vectors) as PartOutcome);
    });
  }
}

/**
 * A row per clip, in the order of the shard.
 * @throws EngineError CANCELLED, DISK_FULL, BACKEND_UNAVAILABLE, and MissingFolder where this machine sees none of the files
 */
export const embedShard = (request: EmbedShardRequest): Promise<PartRow[]> => new ShardEmbedding(request).run();
