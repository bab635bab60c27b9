// An open engine: workspace, workers, job queue and event bus joined, with the router that implements the contract.
import { WorkspaceMemory } from '../procedures/workspaceMemory.ts';
import { jobKinds } from '../../shared/contract/jobKinds.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { ComputeHandlers } from '../workers/compute.ts';
import type { MediaHandlers } from '../workers/media.ts';
import type { ProjectionHandlers } from '../workers/projection.ts';
import { WorkerHandle, type Handlers } from '../workers/channel.ts';
import type { SpawnWorker, WorkerName } from '../workers/spawnWorker.ts';
import { Workspace } from '../collection/workspace.ts';
import { clearLeftovers } from './clearLeftovers.ts';
import { WorkerRetryJobQueue } from './retryOnWorkerExit.ts';
import { createDataShelf, type DataShelf } from './dataShelf.ts';
import type { EngineContext, EventBus, WorkspaceShelf } from '../procedures/engineContext.ts';
import { createEngineLog, type Log } from './engineLog.ts';
import { createEventBus } from './eventBus.ts';
import { watchFolders } from '../procedures/importing/folderWatch.ts';
import { registerJobs } from './jobRunners.ts';
import { privateFolders } from './problemReport.ts';
import { errorInterceptor } from './orpcErrors.ts';
import { readOnlyInterceptor } from './readOnlyGuard.ts';
import { watchForRefits } from '../procedures/classifiers/refitWatch.ts';
import { createRouter, type EngineRouter } from './router.ts';

export interface EngineOptions {
  workspaceDir: string;
  host: EngineContext['host'];
  spawn: SpawnWorker;
  readOnly?: boolean;
  workspaces?: WorkspaceShelf | null;
  /** False leaves queued jobs waiting until `startJobs`. */
  startJobs?: boolean;
}

export interface Engine {
  readonly context: EngineContext;
  readonly router: EngineRouter;
  /** Around every procedure, whoever calls it; a fresh array at each reading. */
  readonly interceptors: (<T>(options: { path: readonly string[]; next(): Promise<T> }) => Promise<T>)[];
  readonly data: DataShelf;
  readonly log: Log;
  /** Why a job failed in this process. */
  jobError(jobId: number): EngineError | null;
  startJobs(): void;
  /** Stops jobs at a safe point, ends the workers, closes the workspace. Nothing that was answered is lost. */
  close(): Promise<void>;
}

const noticeEveryMs = 60_000;
const backupLookMs = 3600_000;

/** Copies the database once a day: a window or server beside its work, a command at its end. Returns what ends it. */
function dailyBackups(workspace: Workspace, host: EngineContext['host'], log: Log): () => Promise<void> {
  const backUp = () =>
    workspace.backUpDaily().then(
      () => undefined,
      (thrown: unknown) => log('daily backup', EngineError.from(thrown)),
    );
  if (workspace.readOnly) return () => Promise.resolve();
  if (host === 'cli') return backUp;
  void backUp();
  const timer = setInterval(() => void backUp(), backupLookMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return Promise.resolve();
  };
}

function startWorker<H extends Handlers>(
  name: WorkerName,
  spawn: SpawnWorker,
  events: EventBus,
  log: Log,
): WorkerHandle<H> {
  let toldAt = -Infinity;
  return new WorkerHandle<H>(
    name,
    () => spawn(name),
    (reason) => {
      log(`worker ${name}`, new EngineError('INTERNAL', reason));
      // One that dies again and again is told once in a while.
      if (performance.now() - toldAt < noticeEveryMs) return;
      toldAt = performance.now();
      events.publish({
        type: 'notice',
        level: 'warning',
        message: `The ${name} worker ended and starts again by itself.`,
        hint: 'Work under way continues; a file that ends it again is named and left out.',
      });
    },
  );
}

/** @throws CONFLICT when another process writes to the workspace or a newer version made it, DISK_FULL, BAD_INPUT. */
export async function createEngine({
  workspaceDir,
  host,
  spawn,
  readOnly = false,
  startJobs = true,
  workspaces = null,
}: EngineOptions): Promise<Engine> {
  const workspace = Workspace.open(workspaceDir, { readOnly });
  const log = createEngineLog(readOnly ? null : workspace.folder('logs'), () => privateFolders({ workspace }));
  const events = createEventBus((thrown) => log('event listener', EngineError.from(thrown)));
  const jobs = new WorkerRetryJobQueue(workspace, events, jobKinds);
  const data = createDataShelf();
  const context: EngineContext = {
    workspace,
    memory: new WorkspaceMemory(events),
    jobs,
    events,
    host,
    readOnly,
    workspaces,
    distribution: { passwords: new Map(), status: new Map() },
    data,
    compute: startWorker<ComputeHandlers>('compute', spawn, events, log),
    media: startWorker<MediaHandlers>('media', spawn, events, log),
    projection: startWorker<ProjectionHandlers>('projection', spawn, events, log),
  };
  const endListening = registerJobs(context);
  // A command that labels is over before a refit could be of use; the window's next label starts it.
  const endWatch =
    readOnly || host === 'cli'
      ? () => {}
      : watchForRefits(context, (thrown) => log('automatic refit', EngineError.from(thrown)));
  const closing = new AbortController();
  const clearing = readOnly ? Promise.resolve(0) : clearLeftovers(workspace.path, Date.now(), closing.signal);
  void clearing.catch((thrown: unknown) => log('leftovers', EngineError.from(thrown)));
  const endBackups = dailyBackups(workspace, host, log);
  let watching: { close(): Promise<void> } | null = null;
  let started = false;
  const start = (): void => {
    // Starting the queue twice would queue again what is running.
    if (!started && !readOnly) {
      jobs.start();
      // A command is over before a change could be noticed.
      if (host !== 'cli') watching = watchFolders(context, (thrown) => log('watched folder', EngineError.from(thrown)));
    }
    started = true;
  };
  if (startJobs) start();
  return {
    context,
    data,
    log,
    router: createRouter(context),
    // Fresh each time: handlers put their plugins' interceptors into the array they are given.
    get interceptors() {
      return [errorInterceptor(log), readOnlyInterceptor(readOnly)];
    },
    jobError: (jobId) => jobs.errorOf(jobId),
    startJobs: start,
    async close() {
      endListening();
      endWatch();
      await watching?.close();
      await jobs.close();
      await endBackups();
      closing.abort();
      await clearing.catch(() => 0);
      for (const worker of [context.compute, context.media, context.projection]) worker.stop('closed', true);
      workspace.close();
    },
  };
}
