// Watched folders: a change under one, the start of the engine, and now and then the clock, bring a look at it; what
// has come or changed is queued as an import, what follows from one follows.
import { EngineError } from '../../../shared/engineError.ts';
import { FolderEvents } from '../../media/folderEvents.ts';
import { chainEmbedding } from './chainEmbedding.ts';
import type { EngineContext } from '../engineContext.ts';
import { lookAtFolder, type Seen } from './folderLook.ts';
import type { ImportParams } from './importJob.ts';

export interface WatchTiming {
  /** Quiet after a change before the folder is looked at. */
  quietMs: number;
  /** How long a file must have kept its size and time. */
  settleMs: number;
  /** Looks that nothing has called for: network drives tell of no changes. */
  againMs: number;
}
const usual: WatchTiming = { quietMs: 1000, settleMs: 2500, againMs: 10 * 60_000 };
/** Files named one by one in an import; beyond, the folder is. */
const namedFiles = 2000;
/** Behind what a person has asked for, before refits. */
const priority = -5;

type Context = Pick<EngineContext, 'workspace' | 'jobs' | 'events'>;

class WatchedFolder {
  private readonly context: Context;
  private readonly root: { id: number; path: string; name: string };
  private readonly timing: WatchTiming;
  private readonly fail: (thrown: unknown) => void;
  private readonly events: FolderEvents;
  private readonly seen = new Map<string, Seen>();
  private readonly end = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private dueMs = Infinity;
  private looking: Promise<void> | null = null;
  private told = false;

  constructor(
    context: Context,
    root: { id: number; path: string; name: string },
    timing: WatchTiming,
    fail: (thrown: unknown) => void,
  ) {
    [this.context, this.root, this.timing, this.fail] = [context, root, timing, fail];
    this.events = new FolderEvents({
      root: root.path,
      onChange: () => this.soon(timing.quietMs),
      onError: (thrown) => this.cannotWatch(thrown),
    });
    this.soon(0);
  }

  get path(): string {
    return this.root.path;
  }

  /** A look within so many milliseconds. */
  soon(ms: number): void {
    const dueMs = performance.now() + ms;
    if (this.end.signal.aborted || dueMs >= this.dueMs) return;
    if (this.timer) clearTimeout(this.timer);
    this.dueMs = dueMs;
    this.timer = setTimeout(() => {
      [this.timer, this.dueMs] = [null, Infinity];
      this.looking ??= this.look()
        .catch((thrown: unknown) => {
          if (!this.end.signal.aborted) this.fail(thrown);
        })
        .finally(() => {
          this.looking = null;
        });
    }, ms);
    this.timer.unref();
  }

  async close(): Promise<void> {
    this.end.abort();
    if (this.timer) clearTimeout(this.timer);
    this.events.close();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { workspace, events } = this.context;
    const { id } = this.root;
    this.soon(this.timing.againMs);
    // A drive that is not there says nothing about its files.
    if (!workspace.roots.list().some((root) => root.id === id && root.watched && root.available)) return;
    const tried = workspace.roots.tried(id);
    const before = tried.size;
    const found = await lookAtFolder(this.context, this.root, {
      seen: this.seen,
      tried,
      settleMs: this.timing.settleMs,
      signal: this.end.signal,
    });
    this.end.signal.throwIfAborted();
    this.events.follow(found.folders);
    if (found.missingChanged) events.publish({ type: 'clipsChanged', added: 0 });
    if (found.ready.size > 0 && !this.importing()) {
      this.queue([...found.ready.keys()], found.growing);
      for (const [path, mark] of found.ready) tried.set(path, mark);
      workspace.roots.setTried(id, tried);
    } else if (tried.size !== before) workspace.roots.setTried(id, tried);
    if (found.growing) this.soon(this.timing.settleMs);
  }

  private importing(): boolean {
    return this.context.jobs.list({ active: true }).some(({ kind }) => kind === 'import');
  }

  private queue(paths: string[], others: boolean): void {
    const { workspace, jobs } = this.context;
    const params: ImportParams = {
      paths: paths.length > namedFiles && !others ? [this.root.path] : paths,
      ...workspace.roots.windows(this.root.id),
      folderLabels: false,
      embed: true,
    };
    const jobId = jobs.add(
      'import',
      `Import ${paths.length === 1 ? 'one file' : `${paths.length} files`} from the watched folder ${this.root.name}`,
      params,
      { priority },
    );
    const current = workspace.vectors.current();
    // New clips take their places on a map that is there; the first one is drawn.
    const drawn = workspace.projections.list().some((map) => map.settled && map.setId === current?.setId);
    if (!drawn) chainEmbedding(jobs, jobId);
    else jobs.add('embed', 'Embed clips', { frames: 10 }, { after: jobId, priority });
  }

  private cannotWatch(thrown: unknown): void {
    this.fail(thrown);
    if (this.told) return;
    this.told = true;
    const { message } = EngineError.from(thrown);
    this.context.events.publish({
      type: 'notice',
      level: 'warning',
      message: `Changes in the watched folder ${this.root.name} are not told at once: ${message}`,
      hint: 'It is looked at every ten minutes instead. On Linux, fs.inotify.max_user_watches sets how many folders can be watched.',
    });
  }
}

export interface FolderWatch {
  /** Ends all watching; resolves when no look is under way. */
  close(): Promise<void>;
}

/**
 * Watches the folders that are marked so, and those that will be. `onError` gets what a look throws; the next one tries
 * again.
 */
export function watchFolders(
  context: Context,
  onError: (thrown: unknown) => void,
  timing: Partial<WatchTiming> = {},
): FolderWatch {
  const times = { ...usual, ...timing };
  const folders = new Map<number, WatchedFolder>();
  const ending = new Set<Promise<void>>();
  const drop = (id: number): void => {
    const closing = folders.get(id)?.close() ?? Promise.resolve();
    folders.delete(id);
    ending.add(closing);
    void closing.finally(() => ending.delete(closing));
  };
  const update = (): void => {
    const wanted = new Map(
      context.workspace.roots
        .list()
        .filter((root) => root.watched)
        .map((root) => [root.id, root]),
    );
    for (const [id, folder] of folders) if (wanted.get(id)?.path !== folder.path) drop(id);
    for (const [id, root] of wanted)
      if (!folders.has(id)) folders.set(id, new WatchedFolder(context, root, times, onError));
  };
  const unsubscribe = context.events.subscribe((event) => {
    if (event.type === 'sourcesChanged') update();
    // What was found while an import ran waits for its end.
    if (
      event.type === 'jobChanged' &&
      event.job.kind === 'import' &&
      ['done', 'failed', 'cancelled'].includes(event.job.status)
    )
      for (const folder of folders.values()) folder.soon(times.quietMs);
  });
  update();
  return {
    async close() {
      unsubscribe();
      for (const id of folders.keys()) drop(id);
      await Promise.all(ending);
    },
  };
}
