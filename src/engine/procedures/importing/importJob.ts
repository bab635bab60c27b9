// The import job: walks, imports a few files beside each other, counts in order, and can be killed anywhere.
//
// Files are decoded beside each other and stored in sorted order, so that clips are numbered alike in every run. `last` is the last
// path that was stored, written down twice a second. What a killed run stored after that is met again as known; media numbers above
// `newestBefore` tell that this job added it, and a change is written down before it is stored (`changing`). So a resumed import ends
// with the counts of an undisturbed one.
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { isInside } from '../../base/isInside.ts';
import { itemFailure } from '../../collection/jobs/itemFailure.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { mediaKindOf } from '../../media/mediaKind.ts';
import { walkMedia } from '../../media/walkMedia.ts';
import type { EngineContext } from '../engineContext.ts';
import { labelByFolder } from './folderLabels.ts';
import { FilesInWork } from './filesInWork.ts';
import { importFile, type ImportedFile } from './importFile.ts';
import { importLabelFile } from './labelFile.ts';
import { MediaGate } from '../inputs/mediaGate.ts';
import { noteMissingFiles } from './missingFiles.ts';

export type ImportParams = JobParams<'import'>;
export type ImportResult = JobResult<'import'>;
export type ImportState = JobState<'import'>;

export interface ImportHooks {
  /** Called once per job, when its first clips are stored. */
  onFirstClips?: (jobId: number) => void;
}

type Context = Pick<EngineContext, 'workspace' | 'media' | 'events'>;

const announceMs = 300;
/** Files decoded ahead of one that takes long, before they wait to be stored. */
const mostAhead = 64;
const saveMs = 500;

class ImportJob {
  readonly state: ImportState;
  private readonly context: Context;
  private readonly job: JobContext<ImportParams, ImportState>;
  private readonly gate: MediaGate;
  private readonly hooks: ImportHooks;
  private readonly inWork: FilesInWork;
  private readonly resumed: boolean;
  /** Roots of the folders that were given. */
  private readonly named: number[] = [];
  private savedMs = 0;
  private unannounced = 0;
  private announcedMs = 0;
  private done = 0;
  private total = 0;

  constructor(context: Context, job: JobContext<ImportParams, ImportState>, hooks: ImportHooks) {
    this.context = context;
    this.job = job;
    this.hooks = hooks;
    this.gate = new MediaGate(context.media);
    this.state = job.state ?? {
      added: 0,
      known: 0,
      changed: 0,
      clips: 0,
      last: null,
      newestBefore: null,
      changing: [],
    };
    this.inWork = new FilesInWork(join(context.workspace.folder('runs'), `import-${job.jobId}.json`));
    this.resumed = job.state !== null;
  }

  async run(): Promise<ImportResult> {
    const { params, signal, retryItems } = this.job;
    const found = retryItems
      ? {
          paths: [...new Set(retryItems.map((item) => item.path))].filter((path) => mediaKindOf(path) !== null).sort(),
          failures: [],
        }
      : await walkMedia(params.paths, signal);
    if (!retryItems && this.state.last === null) for (const failure of found.failures) this.fail(failure);
    const { last } = this.state;
    const todo = retryItems || last === null ? found.paths : found.paths.filter((path) => path > last);
    this.total = found.paths.length;
    this.done = this.total - todo.length;
    if (!retryItems) await this.rememberFolders(found.paths);
    this.state.newestBefore ??= await this.newestKnown(found.paths);
    this.save(true);
    this.job.progress({ done: this.done, total: this.total });
    await this.importAll(todo, retryItems !== null).finally(() => {
      this.inWork.clear();
      this.save(true);
    });
    if (!retryItems) await this.noteMissing();
    // Of what this import named only: an upload's folder waits for its own.
    this.context.workspace.roots.prune(this.named);
    this.announce(true);
    // The list first: it would otherwise be written into the folders' schema, the only one there is.
    if (params.labels !== undefined)
      await importLabelFile(this.context, params.labels, (failure) => this.fail(failure));
    if (params.folderLabels) labelByFolder(this.context, found.paths, params.paths);
    this.save(true);
    const { added, known, changed, clips } = this.state;
    return { added, known, changed, clips };
  }

  /**
   * Each folder that was given and holds media is a source: moved, watched and shown as one, however deep its files
   * lie.
   */
  private async rememberFolders(found: readonly string[]): Promise<void> {
    const { params } = this.job;
    const { roots } = this.context.workspace;
    for (const path of params.paths) {
      if (
        !(await stat(path).then(
          (entry) => entry.isDirectory(),
          () => false,
        )) ||
        !(params.watch || found.some((one) => isInside(path, one)))
      )
        continue;
      const rootId = roots.ensure(path);
      roots.rememberWindows(rootId, params);
      this.named.push(rootId);
      if (params.watch && roots.folderOf(rootId) === path) roots.watch(rootId, true);
    }
    this.context.events.publish({ type: 'sourcesChanged' });
  }

  /**
   * Decodes several files at once and stores them in the order of the list. Files that were in work when an earlier
   * process ended come first and alone: one that ends this process, too, is left out by the next.
   */
  private async importAll(paths: readonly string[], retry: boolean): Promise<void> {
    const suspects = retry ? new Set<string>() : new Set(this.inWork.before.paths);
    const lastSuspect = paths.findLastIndex((path) => suspects.has(path));
    const alone = (index: number) => index <= lastSuspect;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.job.signal, stop.signal]);
    const stored = new Map<number, () => void>();
    let next = 0;
    let front = 0;
    let moved = Promise.withResolvers<void>();
    const settle = (index: number, store: () => void) => {
      stored.set(index, store);
      for (let one = stored.get(front); one; one = stored.get(front)) {
        one();
        stored.delete(front);
        this.inWork.end(paths[front]!);
        if (!retry) this.state.last = paths[front]!;
        front++;
      }
      moved.resolve();
      moved = Promise.withResolvers();
      this.save(false);
      this.job.progress({ done: ++this.done, total: this.total, note: paths[index]! });
    };
    const lane = async () => {
      while (next < paths.length) {
        signal.throwIfAborted();
        const index = next++;
        const path = paths[index]!;
        while (index - front >= (alone(index) || alone(front) ? 1 : mostAhead) && !signal.aborted) await moved.promise;
        if (this.inWork.before.alone && suspects.has(path)) settle(index, () => this.failSuspect(path));
        else {
          this.inWork.begin(path, alone(index));
          settle(index, await this.one(path, signal));
        }
      }
    };
    const width = Math.max(2, Math.min(4, availableParallelism()));
    const lanes = Array.from({ length: width }, () =>
      lane().catch((thrown: unknown) => {
        stop.abort();
        moved.resolve();
        throw thrown;
      }),
    );
    // The first reason counts; the others only stopped because of it.
    const outcomes = await Promise.allSettled(lanes);
    const rejected = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map((outcome) => outcome.reason as unknown);
    if (rejected.length) throw rejected.find((reason) => EngineError.from(reason).code !== 'CANCELLED') ?? rejected[0];
  }

  private failSuspect(path: string): void {
    const message =
      'CAV-MAE Studio ended twice while it imported this file, which was left out; “Try again” imports it once more';
    this.fail({ path, code: 'DECODE_FAILED', message });
  }

  /** Decodes a file; returns what stores and counts it. */
  private async one(path: string, signal: AbortSignal): Promise<() => void> {
    const failed = (thrown: unknown) => {
      const error = EngineError.from(thrown);
      // A full disk or a stop concerns the whole job, and is not the file's fault.
      if (signal.aborted || error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
      this.fail(itemFailure(path, error));
    };
    try {
      const { windowS, hopS } = this.job.params;
      const store = await importFile(this.context, this.gate, path, {
        windowS,
        hopS,
        signal,
        onWindow: (done, total) =>
          this.job.progress({ done: this.done, total: this.total, note: `${path}: ${done} of ${total} windows` }),
        beforeStoring: (change) => {
          if (change === 'added') return;
          this.state.changing.push(path);
          this.save(true);
        },
      });
      return () => {
        try {
          this.stored(store(), path);
        } catch (thrown) {
          failed(thrown);
        }
      };
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      return () => failed(thrown);
    }
  }

  private stored(file: ImportedFile, path: string): void {
    if (file.change !== 'known') {
      this.unannounced += file.clipIds.length;
      this.announce(false);
    }
    this.count(this.changeBy(file, path), file.clipIds.length, path);
    if (file.failure) this.fail(file.failure);
  }

  private count(change: 'added' | 'changed' | 'known', clips: number, path: string): void {
    this.state[change]++;
    this.state.clips += clips;
    this.state.changing = this.state.changing.filter((changing) => changing !== path);
  }

  private fail(failure: ItemFailure): void {
    this.state.changing = this.state.changing.filter((changing) => changing !== failure.path);
    this.job.itemFailed(failure);
  }

  /** Files of the imported folders that are gone get the `missing` badge, those that are back lose it. */
  private async noteMissing(): Promise<void> {
    const { workspace } = this.context;
    for (const root of workspace.roots.list()) {
      if (this.job.params.paths.some((path) => isInside(path, root.path) || isInside(root.path, path)))
        await noteMissingFiles(this.context, root.id);
    }
  }

  /** What this job, in this run or a killed one before, did with a file. */
  private changeBy(file: ImportedFile, path: string): ImportedFile['change'] {
    if (!this.resumed || file.change !== 'known') return file.change;
    return file.mediaId > (this.state.newestBefore ?? 0)
      ? 'added'
      : this.state.changing.includes(path)
        ? 'changed'
        : 'known';
  }

  /**
   * The highest number of a medium that the collection has among `paths`; in portions, for the host's process must not
   * stall.
   */
  private async newestKnown(paths: readonly string[]): Promise<number> {
    let newest = 0;
    for (const [k, path] of paths.entries()) {
      newest = Math.max(newest, this.context.workspace.media.known(path)?.id ?? 0);
      if (k % 200 === 199) await new Promise((resolve) => setImmediate(resolve));
    }
    return newest;
  }

  private save(now: boolean): void {
    if (!now && Date.now() - this.savedMs < saveMs) return;
    this.savedMs = Date.now();
    this.job.saveState(this.state);
  }

  private announce(now: boolean): void {
    if (!this.unannounced || (!now && Date.now() - this.announcedMs < announceMs)) return;
    this.context.events.publish({ type: 'clipsChanged', added: this.unannounced });
    this.unannounced = 0;
    this.announcedMs = Date.now();
    if (this.state.begun) return;
    this.state.begun = true;
    this.save(true);
    if (this.job.params.embed) this.hooks.onFirstClips?.(this.job.jobId);
  }
}

/** Job `import`. Result: counts of files and clips; what failed is told item by item. */
export const createImportRunner = (
  context: Context,
  hooks: ImportHooks = {},
): JobRunner<ImportParams, ImportState, ImportResult> => ({
  lane: 'media',
  run: (job) => new ImportJob(context, job, hooks).run(),
});
