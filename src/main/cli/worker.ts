// One worker without a workspace, for commands that only turn files into files.
import { WorkerHandle, type Handlers } from '../../engine/workers/channel.ts';
import { spawnNodeWorker, type WorkerName } from '../../engine/workers/spawnWorker.ts';

export async function withWorker<H extends Handlers, R>(
  name: WorkerName,
  use: (worker: WorkerHandle<H>) => Promise<R>,
): Promise<R> {
  const worker = new WorkerHandle<H>(name, () => spawnNodeWorker(name));
  try {
    return await use(worker);
  } finally {
    worker.stop('closed', true);
  }
}
