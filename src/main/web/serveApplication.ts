// The application in a browser: engine, page and HTTP host together, until a signal ends them in order.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../engine/host/engine.ts';
import { prepareFirstRun } from '../../engine/procedures/importing/firstRun.ts';
import { openStudio } from '../../engine/host/studio.ts';
import { spawnNodeWorker } from '../../engine/workers/spawnWorker.ts';
import { measureStall } from './measureStall.ts';
import { startWebHost, type WebHost } from './webHost.ts';

export interface ServeOptions {
  workspaceDir: string;
  host?: string;
  port?: number;
  password?: string | null;
  readOnly?: boolean;
  /** Where the list of recent workspaces is kept; without it nothing is remembered. */
  recentFile?: string | null;
  /** Prepares the demo collection in a workspace that never had anything. */
  demo?: boolean;
  log: (line: string) => void;
}

export interface Served {
  readonly engine: Engine;
  readonly host: WebHost;
  close(): Promise<void>;
}

/** `out/renderer`, seen from the sources or from the built application. */
export function builtPage(here = import.meta.url): string | null {
  const folders = ['../renderer', '../../renderer', '../../../out/renderer'].map((up) =>
    fileURLToPath(new URL(up, here)),
  );
  return (
    folders.find((folder) => existsSync(path.join(folder, 'index.html')) && existsSync(path.join(folder, 'assets'))) ??
    null
  );
}

/** @throws CONFLICT for a port or workspace in use, BAD_INPUT for an address that needs a password. */
export async function serveApplication({
  workspaceDir,
  host,
  port,
  password,
  readOnly,
  recentFile,
  demo,
  log,
}: ServeOptions): Promise<Served> {
  const studio = await openStudio({
    workspaceDir,
    host: 'web',
    spawn: spawnNodeWorker,
    readOnly: readOnly ?? false,
    pageDir: builtPage(),
    recentFile: recentFile ?? null,
  });
  const stopMeasuring = process.env.CAVMAE_MEASURE_STALL ? measureStall(studio.engine.context.events, log) : () => {};
  try {
    const web = await startWebHost({
      app: studio,
      log,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      password: password ?? null,
    });
    if (demo && (await prepareFirstRun(studio.engine)))
      log('First run: the demo collection is being prepared; the window shows its progress.');
    return {
      get engine() {
        return studio.engine;
      },
      host: web,
      async close() {
        stopMeasuring();
        await web.close();
        await studio.close();
      },
    };
  } catch (thrown) {
    await studio.close();
    throw thrown;
  }
}
