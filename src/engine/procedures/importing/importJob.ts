// The import job: walks, imports a few files beside each other, counts in order, and can be killed anywhere.
//
// State: files are done in sorted order; `last` is the last path of the finished front, written down twice a second. What a killed run
// stored after that is met again as known; media numbers above `newestBefore` tell that this job added it, and a change is written down
// before it is stored (`changing`). So a resumed import ends with the counts of an undisturbed one.
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { sep } from 'node:path';
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { mediaKindOf } from '../../media/mediaKind.ts';
import { walkMedia } from '../../media/walkMedia.ts';
import type { EngineContext } from '../engineContext.ts';
import { labelByFolder } from './folderLabels.ts';
import { importFile, type ImportedFile, type ImportWindows } from './importFile.ts';
import { importLabelFile } from './labelFile.ts';
import { MediaGate } from '../inputs/mediaGate.ts';
import { noteMissingFiles } from './missingFiles.ts';

export interface ImportParams extends ImportWindows {
  paths: string[];
  folderLabels: boolean;
  labels?: string | undefined;
  embed: boolean;
  watch?: boolean;
}
export interface ImportResult {
  added: number;
  known: number;
  changed: number;
  failed: ItemFailure[];
  clips: number;
}
export interface ImportState extends ImportResult {
  last: string | null;
  newestBefore: number | null;
  changing: string[];
  /** The first clips were announced to `onFirstClips`. */
  begun?: boolean;
}

export interface ImportHooks {
  /** Called once per job, when its first clips are stored. */
  onFirstClips?: (jobId: number) => void;
}

type Context = Pick<EngineContext, 'workspace' | 'media' | 'events'>;

const within = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);
const announceMs = 300;
const saveMs = 500;

class ImportJob {
  readonly state: ImportState;
  private readonly context: Context;
  private readonly job: JobContext<ImportParams, ImportState>;
  private readonly gate: MediaGate;
  private readonly hooks: ImportHooks;
  private readonly finished = new Map<string, () => void>();
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
      failed: [],
      clips: 0,
      last: null,
      newestBefore: null,
      changing: [],
    };
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
    if (retryItems) this.forgetFailures();
    else if (this.state.last === null) for (const failure of found.failures) this.fail(failure);
    const { last } = this.state;
    const todo = retryItems || last === null ? found.paths : found.paths.filter((path) => path > last);
    this.total = found.paths.length;
    this.done = this.total - todo.length;
    if (!retryItems) await this.rememberFolders(found.paths);
    this.state.newestBefore ??= await this.newestKnown(found.paths);
    this.save(true);
    this.job.progress({ done: this.done, total: this.total });
    await this.importAll(todo, retryItems !== null).finally(() => this.save(true));
    if (!retryItems) await this.noteMissing();
    // Of what this import named only: an upload's folder waits for its own.
    this.context.workspace.roots.prune(this.named);
    this.announce(true);
    // The list first: it would otherwise be written into the folders' schema, the only one there is.
    if (params.labels !== undefined)
      await importLabelFile(this.context, params.labels, (failure) => this.fail(failure));
    if (params.folderLabels) labelByFolder(this.context, found.paths, params.paths);
    this.save(true);
    const { added, known, changed, failed, clips } = this.state;
    return { added, known, changed, failed, clips };
  }

  /** Each folder that was given and holds media is a source: moved, watched and shown as one, however deep its files lie. */
  private async rememberFolders(found: readonly string[]): Promise<void> {
    const { params } = this.job;
    const { roots } = this.context.workspace;
    for (const path of params.paths) {
      if (
        !(await stat(path).then(
          (entry) => entry.isDirectory(),
          () => false,
        )) ||
        !(params.watch || found.some((one) => within(path, one)))
      )
        continue;
      const rootId = roots.ensure(path);
      roots.rememberWindows(rootId, params);
      this.named.push(rootId);
      if (params.watch && roots.folderOf(rootId) === path) roots.watch(rootId, true);
    }
    this.context.events.publish({ type: 'sourcesChanged' });
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
      this.save(false);
      this.job.progress({ done: ++this.done, total: this.total, note: path });
    };
    const lane = async () => {
      while (next < paths.length) {
        signal.throwIfAborted();
        const path = paths[next++]!;
        settle(path, await this.one(path, signal));
      }
    };
    const lanes = Array.from({ length: width }, () =>
      lane().catch((thrown: unknown) => {
        stop.abort();
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

  /** Imports a file and returns how it counts. */
  private async one(path: string, signal: AbortSignal): Promise<() => void> {
    try {
      const { windowS, hopS } = this.job.params;
      const file = await importFile(this.context, this.gate, path, {
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
      if (file.change !== 'known') {
        this.unannounced += file.clipIds.length;
        this.announce(false);
      }
      return () => {
        this.count(this.changeBy(file, path), file.clipIds.length, path);
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
    this.state.changing = this.state.changing.filter((changing) => changing !== path);
  }

  private fail(failure: ItemFailure): void {
    this.state.failed.push(failure);
    this.state.changing = this.state.changing.filter((changing) => changing !== failure.path);
    this.job.itemFailed(failure);
  }

  private forgetFailures(): void {
    this.state.failed = [];
  }

  /** Files of the imported folders that are gone get the `missing` badge, those that are back lose it. */
  private async noteMissing(): Promise<void> {
    const { workspace } = this.context;
    for (const root of workspace.roots.list()) {
      if (this.job.params.paths.some((path) => within(path, root.path) || within(root.path, path)))
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

  /** The highest number of a medium that the collection has among `paths`; in portions, for the host's process must not stall. */
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

/** Job `import`. Result: counts of files, failures with path and reason, and clips. */
export const createImportRunner = (
  context: Context,
  hooks: ImportHooks = {},
): JobRunner<ImportParams, ImportState, ImportResult> => ({
  lane: 'media',
  run: (job) => new ImportJob(context, job, hooks).run(),
});
