// The import job: walks, imports a few files beside each other, counts in order, and can be killed anywhere.
//
// State: files are done in sorted order; `last` is the last path of the finished front. Files being stored are written down first
// (`storing`), so that a kill between storing and counting counts them as what they were.
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { ItemFailure } from '../../shared/contract/errors.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../collection/jobTypes.ts';
import { walkMedia } from '../media/walkMedia.ts';
import type { EngineContext } from './engineContext.ts';
import { labelByFolder } from './folderLabels.ts';
import { importFile, type ImportWindows } from './importFile.ts';
import { importLabelFile } from './labelFile.ts';
import { MediaGate } from './mediaGate.ts';

export interface ImportParams extends ImportWindows { paths: string[]; folderLabels: boolean; labels?: string | undefined; embed: boolean }
export interface ImportResult { added: number; known: number; changed: number; failed: ItemFailure[]; clips: number }
export interface ImportState extends ImportResult { last: string | null; storing: { path: string; change: 'added' | 'changed'; clips: number }[] }

type Context = Pick<EngineContext, 'workspace' | 'media' | 'events'>;

const announceMs = 300;

class ImportJob {
  readonly state: ImportState;
  private readonly context: Context;
  private readonly job: JobContext<ImportParams, ImportState>;
  private readonly gate: MediaGate;
  private readonly finished = new Map<string, () => void>();
  private unannounced = 0;
  private announcedMs = 0;
  private done = 0;
  private total = 0;

  constructor(context: Context, job: JobContext<ImportParams, ImportState>) {
    this.context = context;
    this.job = job;
    this.gate = new MediaGate(context.media);
    this.state = job.state ?? { added: 0, known: 0, changed: 0, failed: [], clips: 0, last: null, storing: [] };
  }

  async run(): Promise<ImportResult> {
    const { params, signal, retryItems } = this.job;
    const found = retryItems ? { paths: [...new Set(retryItems.map((item) => item.path))].sort(), failures: [] } : await walkMedia(params.paths, signal);
    if (retryItems) this.forgetFailures();
    else if (this.state.last === null) for (const failure of found.failures) this.fail(failure);
    const { last } = this.state;
    const todo = retryItems || last === null ? found.paths : found.paths.filter((path) => path > last);
    this.total = found.paths.length;
    this.done = this.total - todo.length;
    this.recountStoring();
    this.job.progress({ done: this.done, total: this.total });
    await this.importAll(todo, retryItems !== null);
    this.announce(true);
    if (params.folderLabels) labelByFolder(this.context, found.paths, params.paths);
    if (params.labels !== undefined) await importLabelFile(this.context, params.labels, (failure) => this.fail(failure));
    const { last: _, storing: __, ...result } = this.state;
    return result;
  }

  /** Several files at once; their counts enter the state in the order of the list. */
  private async importAll(paths: readonly string[], retry: boolean): Promise<void> {
    const width = Math.max(2, Math.min(4, availableParallelism()));
    const stop = new AbortController();
    const signal = AbortSignal.any([this.job.signal, stop.signal]);
    let next = 0;
    let front = 0;
    const settle = (path: string, count: () => void) => {
      this.finished.set(path, count);
      for (; front < paths.length && this.finished.has(paths[front]!); front++) {
        this.finished.get(paths[front]!)!();
        this.finished.delete(paths[front]!);
        if (!retry) this.state.last = paths[front]!;
      }
      this.job.saveState(this.state);
      this.job.progress({ done: ++this.done, total: this.total, note: path });
    };
    const lane = async () => {
      while (next < paths.length) {
        signal.throwIfAborted();
        const path = paths[next++]!;
        settle(path, await this.one(path, signal));
      }
    };
    const lanes = Array.from({ length: width }, () => lane().catch((thrown: unknown) => {
      stop.abort();
      throw thrown;
    }));
    // The first reason counts; the others only stopped because of it.
    const outcomes = await Promise.allSettled(lanes);
    const rejected = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason as unknown);
    if (rejected.length) throw rejected.find((reason) => EngineError.from(reason).code !== 'CANCELLED') ?? rejected[0];
  }

  /** Imports a file and returns how it counts. */
  private async one(path: string, signal: AbortSignal): Promise<() => void> {
    try {
      const { windowS, hopS } = this.job.params;
      const file = await importFile(this.context, this.gate, path, { windowS, hopS, signal, beforeStoring: (change, clips) => {
        this.state.storing.push({ path, change, clips });
        this.job.saveState(this.state);
      } });
      if (file.change !== 'known') {
        this.unannounced += file.clipIds.length;
        this.announce(false);
      }
      return () => {
        this.count(file.change, file.clipIds.length, path);
        for (const failure of file.failures) this.fail(failure);
      };
    } catch (thrown) {
      const error = EngineError.from(thrown);
      // A full disk or a stop concerns the whole job, and is not the file's fault.
      if (signal.aborted || error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
      return () => this.fail({ path, code: error.code, message: error.message });
    }
  }

  private count(change: 'added' | 'changed' | 'known', clips: number, path: string): void {
    this.state[change]++;
    this.state.clips += clips;
    this.state.storing = this.state.storing.filter((item) => item.path !== path);
  }

  private fail(failure: ItemFailure): void {
    this.state.failed.push(failure);
    this.state.storing = this.state.storing.filter((item) => item.path !== failure.path);
    this.job.itemFailed(failure);
  }

  private forgetFailures(): void {
    this.state.failed = [];
  }

  /** Files a killed run stored without counting: their clips are there, so they will be met as known; count the difference now. */
  private recountStoring(): void {
    for (const { path, change } of this.state.storing) {
      const media = this.context.workspace.media.known(path);
      const file = statSync(path, { throwIfNoEntry: false });
      if (!media || media.sizeBytes !== file?.size || media.modifiedMs !== Math.round(file.mtimeMs)) continue;
      this.state[change]++;
      this.state.known--;
    }
    this.state.storing = [];
  }

  private announce(now: boolean): void {
    if (!this.unannounced || (!now && Date.now() - this.announcedMs < announceMs)) return;
    this.context.events.publish({ type: 'clipsChanged', added: this.unannounced });
    this.unannounced = 0;
    this.announcedMs = Date.now();
  }
}

/** Job `import`. Result: counts of files, failures with path and reason, and clips. */
export const createImportRunner = (context: Context): JobRunner<ImportParams, ImportState, ImportResult> => ({
  lane: 'media',
  run: (job) => new ImportJob(context, job).run(),
});
