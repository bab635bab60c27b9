// A context with a real workspace and queue, and no workers: for procedures that only touch the collection.
import { onTestFinished } from 'vitest';
import { WorkspaceMemory } from '../../../../src/engine/procedures/workspaceMemory.ts';
import { JobQueue } from '../../../../src/engine/collection/jobs/jobQueue.ts';
import type { Workspace } from '../../../../src/engine/collection/workspace.ts';
import type { EngineContext } from '../../../../src/engine/procedures/engineContext.ts';
import type { EngineEvent } from '../../../../src/shared/contract/system.ts';

export function collectionContext(workspace: Workspace): { context: EngineContext; events: EngineEvent[] } {
  const events: EngineEvent[] = [];
  const bus = { publish: (event: EngineEvent) => void events.push(event), subscribe: () => () => {} };
  const jobs = new JobQueue(workspace, bus);
  onTestFinished(() => jobs.close());
  const worker = new Proxy(
    {},
    {
      get: (_, name) => {
        throw new Error(`these procedures ask no worker, but asked for ${String(name)}`);
      },
    },
  );
  return {
    events,
    context: {
      workspace,
      memory: new WorkspaceMemory(bus),
      jobs,
      events: bus,
      compute: worker as never,
      media: worker as never,
      projection: worker as never,
      host: 'cli',
      readOnly: false,
      distribution: { passwords: new Map(), status: new Map() },
      data: { put: (name) => `/data/${name}` },
    },
  };
}
