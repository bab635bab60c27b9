// The engine for the desktop shell: the Fetch application on a private socket, and messages about workspace and work
// under way.
import { createAdaptorServer } from '@hono/node-server';
import { timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import type { Engine } from '../../engine/host/engine.ts';
import { openStudio, workspaceMark } from '../../engine/host/studio.ts';
import { prepareFirstRun } from '../../engine/procedures/importing/firstRun.ts';
import { spawnNodeWorker } from '../../engine/workers/spawnWorker.ts';
import { clipFilesPath, type EngineMessage, type StopMessage } from '../../shared/shellMessages.ts';
import { platformRequest } from './platformRequest.ts';
import { builtPage } from './serveApplication.ts';
import { shellWork } from './shellWork.ts';

export interface ServeShellOptions {
  workspaceDir: string;
  /** A Unix socket in a folder of its own, or a named pipe. */
  socket: string;
  /** What every request has to bear: a named pipe is open to other programs. */
  token: string;
  recentFile: string | null;
  demo: boolean;
}

export const sendToShell = (message: EngineMessage): Promise<void> =>
  new Promise((resolve) => (process.send ? process.send(message, () => resolve()) : resolve()));

/** Resolves when the shell says stop, when it is gone, or on a signal. */
export const untilShellEnds = (): Promise<void> =>
  new Promise((resolve) => {
    process.on('message', (message: StopMessage) => {
      if (message.type === 'stop') resolve();
    });
    process.once('disconnect', () => resolve());
    // Ctrl+C in a terminal reaches the shell too, which then says stop.
    process.on('SIGINT', () => undefined);
    process.once('SIGTERM', () => resolve());
  });

/** Only media of the open workspace: clips that it does not have are left out. */
function clipFiles(engine: Engine, url: URL): Response {
  const ids = (url.searchParams.get('clips') ?? '').split(',').map(Number).filter(Number.isSafeInteger);
  const clips = engine.context.workspace.clips.many(ids);
  return Response.json([...new Set(clips.map((clip) => clip.absolutePath))]);
}

/** @throws CONFLICT when another process writes to the workspace or a newer version made it, DISK_FULL, BAD_INPUT */
export async function serveShell({ workspaceDir, socket, token, recentFile, demo }: ServeShellOptions) {
  let forget = (): void => undefined;
  const studio = await openStudio({
    workspaceDir,
    host: 'electron',
    spawn: spawnNodeWorker,
    pageDir: builtPage(),
    recentFile,
    onOpen(engine) {
      const { path: folder } = engine.context.workspace;
      const recent = (engine.context.workspaces?.recent() ?? []).map((one) => one.path);
      void sendToShell({ type: 'workspace', path: folder, file: path.join(folder, workspaceMark), recent });
      forget();
      forget = shellWork(engine, (work) => void sendToShell(work));
    },
  });
  const expected = Buffer.from(`Bearer ${token}`);
  const mayAsk = (request: Request): boolean => {
    const given = Buffer.from(request.headers.get('authorization') ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch(request: Request) {
      if (!mayAsk(request)) return new Response('Only the desktop shell may ask.\n', { status: 403 });
      const url = new URL(request.url);
      return url.pathname === clipFilesPath ? clipFiles(studio.engine, url) : studio.fetch(platformRequest(request));
    },
    serverOptions: { requestTimeout: 0, maxHeaderSize: 64 * 1024 },
  }) as Server;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  if (demo) await prepareFirstRun(studio.engine);
  await sendToShell({ type: 'listening' });
  return {
    async close(): Promise<void> {
      forget();
      server.close();
      server.closeAllConnections();
      await studio.close();
      if (process.platform !== 'win32') rmSync(socket, { force: true });
    },
  };
}
