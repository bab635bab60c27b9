// The application over one workspace at a time: engine and Fetch application together, exchanged when another workspace
// is opened.
import path from 'node:path';
import { EngineError } from '../../shared/engineError.ts';
import { assertOpenable, RecentWorkspaces } from '../collection/recentWorkspaces.ts';
import type { SpawnWorker } from '../workers/spawnWorker.ts';
import { createEngine, type Engine } from './engine.ts';
import type { WorkspaceShelf } from '../procedures/engineContext.ts';
import { createFetchApp, type FetchApp } from './fetchApp.ts';

/** Name of the file in each workspace that the desktop associates with the application. */
export { workspaceMark } from '../collection/workspace.ts';

export interface StudioOptions {
  workspaceDir: string;
  host: 'electron' | 'web';
  spawn: SpawnWorker;
  readOnly?: boolean;
  /** The built page; null serves the procedures only. */
  pageDir: string | null;
  /** Where the list of recent workspaces is kept; null remembers nothing. */
  recentFile: string | null;
  /** Called with every engine as it is opened, the first one too. */
  onOpen?: (engine: Engine) => void;
}

export interface Studio extends FetchApp {
  /** Of the workspace that is open now. */
  readonly engine: Engine;
  readonly shelf: WorkspaceShelf;
  close(): Promise<void>;
}

/** @throws CONFLICT when another process writes to the workspace or a newer version made it, DISK_FULL, BAD_INPUT. */
export async function openStudio({
  workspaceDir,
  host,
  spawn,
  readOnly = false,
  pageDir,
  recentFile,
  onOpen,
}: StudioOptions): Promise<Studio> {
  const recent = new RecentWorkspaces(recentFile);
  let switching = false;
  let ending: Promise<void> = Promise.resolve();
  const shelf: WorkspaceShelf = {
    recent: () => recent.list(),
    forget: (folder) => recent.forget(folder),
    open: exchange,
  };

  async function start(dir: string): Promise<{ engine: Engine; app: FetchApp }> {
    const engine = await createEngine({ workspaceDir: dir, host, spawn, readOnly, workspaces: shelf });
    recent.note(engine.context.workspace.path);
    onOpen?.(engine);
    return { engine, app: createFetchApp(engine, { pageDir }) };
  }

  /**
   * The old workspace stays open until the new one is; its jobs stop at a safe point and go on when it is opened again.
   */
  async function exchange(folder: string, create: boolean): Promise<string> {
    assertOpenable(folder, create);
    const dir = path.resolve(folder);
    if (dir === current.engine.context.workspace.path) return dir;
    if (switching)
      throw new EngineError('CONFLICT', 'another workspace is being opened', {
        hint: 'Wait until it is there, then try again.',
      });
    switching = true;
    try {
      await ending;
      const before = current;
      current = await start(dir);
      before.engine.context.events.publish({ type: 'workspaceOpened', path: dir });
      ending = before.engine
        .close()
        .catch((thrown: unknown) => before.engine.log('closing a workspace', EngineError.from(thrown)));
      return dir;
    } finally {
      switching = false;
    }
  }

  let current = await start(workspaceDir);
  return {
    shelf,
    get engine() {
      return current.engine;
    },
    fetch: (request) => current.app.fetch(request),
    async close() {
      await ending;
      await current.engine.close();
    },
  };
}
