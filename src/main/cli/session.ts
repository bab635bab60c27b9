// What one command works with: the engine of a workspace, a typed client that calls procedures in this process, and its
// end.
import { createRouterClient, type RouterClient } from '@orpc/server';
import { createEngine, type Engine } from '../../engine/host/engine.ts';
import type { EngineRouter } from '../../engine/host/router.ts';
import { spawnNodeWorker } from '../../engine/workers/spawnWorker.ts';
import { EngineError } from '../../shared/engineError.ts';

export type Client = RouterClient<EngineRouter>;

export interface Session {
  readonly engine: Engine;
  readonly client: Client;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

export interface SessionOptions {
  workspace: string;
  /**
   * Commands that only read do not need the workspace to themselves: where another process writes, they read beside it.
   */
  writes: boolean;
  signal: AbortSignal;
}

/** @throws CONFLICT when another process holds the workspace and this command would write. */
export async function openSession({ workspace, writes, signal }: SessionOptions): Promise<Session> {
  const open = (readOnly: boolean) =>
    createEngine({ workspaceDir: workspace, host: 'cli', spawn: spawnNodeWorker, readOnly, startJobs: false });
  const engine = await open(false).catch((thrown: unknown) => {
    if (!writes && EngineError.from(thrown).code === 'CONFLICT') return open(true);
    throw thrown;
  });
  return {
    engine,
    signal,
    client: createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors }),
    close: () => engine.close(),
  };
}
