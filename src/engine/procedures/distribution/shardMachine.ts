// What embeds shards on a machine without a workspace: the same media and compute workers as the window's, and a folder for their files.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fetchModel } from '../../distribution/modelFile.ts';
import type { ObjectStore } from '../../distribution/objectStore.ts';
import type { SharedModel } from '../../distribution/recipe.ts';
import { WorkerHandle } from '../../workers/channel.ts';
import type { ComputeHandlers } from '../../workers/compute.ts';
import type { MediaHandlers } from '../../workers/media.ts';
import type { SpawnWorker } from '../../workers/spawnWorker.ts';
import { MediaPlaces, type MediaRule } from './mediaPlaces.ts';

export interface MachineOptions {
  spawn: SpawnWorker;
  /** Where files are put while they are needed; a folder of the system's temporary ones unless given. */
  scratch?: string | undefined;
  media?: readonly MediaRule[];
}

export class ShardMachine {
  /** Removed at the end. */
  readonly folder: string;
  readonly places: MediaPlaces;
  readonly compute: WorkerHandle<ComputeHandlers>;
  readonly media: WorkerHandle<MediaHandlers>;
  private readonly models = new Map<string, Promise<string>>();

  constructor({ spawn, scratch = tmpdir(), media = [] }: MachineOptions) {
    mkdirSync(scratch, { recursive: true });
    this.folder = mkdtempSync(path.join(scratch, 'cavmae-worker-'));
    this.places = new MediaPlaces(media, path.join(this.folder, 'media'));
    this.compute = new WorkerHandle<ComputeHandlers>('compute', () => spawn('compute'));
    this.media = new WorkerHandle<MediaHandlers>('media', () => spawn('media'));
  }

  get graphs(): string {
    return path.join(this.folder, 'encoders');
  }

  /** The model, fetched and verified once. @throws EngineError CHECKPOINT_MISMATCH, NOT_FOUND, DISK_FULL */
  model(store: ObjectStore, shared: SharedModel): Promise<string> {
    const known = this.models.get(shared.hash);
    if (known) return known;
    const fetched = fetchModel(store, shared, path.join(this.folder, 'models'));
    this.models.set(shared.hash, fetched);
    fetched.catch(() => this.models.delete(shared.hash));
    return fetched;
  }

  /** Frees what one shard left on the disk. */
  async tidy(): Promise<void> {
    await this.places.clear();
    for (const name of ['inputs', 'thumbnails']) rmSync(path.join(this.folder, name), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    for (const worker of [this.compute, this.media]) worker.stop('closed', true);
    await this.places.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
