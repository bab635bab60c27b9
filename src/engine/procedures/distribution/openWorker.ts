// A worker of distributed extractions, ready to take shards: store, machine and loop joined.
import { parseArrayIndex, type ArrayIndex } from '../../distribution/arrayIndex.ts';
import { readManifest, runsIn, type Manifest } from '../../distribution/manifest.ts';
import { withoutPassword } from '../../distribution/queueUrl.ts';
import { openStore } from '../../distribution/openStore.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { spawnNodeWorker } from '../../workers/spawnWorker.ts';
import type { MediaRule } from './mediaPlaces.ts';
import { ShardMachine } from './shardMachine.ts';
import { ShardWorker, type WorkerLine, type WorkerTiming } from './shardWorker.ts';

export type { WorkerLine } from './shardWorker.ts';
export { parseArrayIndex, type ArrayIndex };

export interface OpenWorkerOptions {
  store: string;
  media: readonly MediaRule[];
  scratch?: string | undefined;
  signal: AbortSignal;
  tell(line: WorkerLine): void;
  timing?: WorkerTiming;
}

/** The run that a task of an array is to work on. @throws EngineError NOT_FOUND, BAD_INPUT where there are several */
async function onlyRun(store: Parameters<typeof runsIn>[0], runId: string | undefined): Promise<Manifest> {
  if (runId !== undefined) return readManifest(store, runId);
  const runs = await runsIn(store, ['running']);
  if (runs.length === 1) return readManifest(store, runs[0]!);
  if (runs.length > 1)
    throw new EngineError('BAD_INPUT', `the store has ${runs.length} runs: ${runs.join(', ')}`, {
      field: 'run',
      hint: 'Choose one with --run.',
    });
  throw new EngineError('NOT_FOUND', `no run is open in ${store.url}`, {
    field: 'store',
    hint: 'Make one where the workspace is: cavmae embed --store URL --no-wait',
  });
}

/** @throws EngineError BAD_INPUT for what is no address of a store */
export async function openWorker({ store: url, media, scratch, signal, tell, timing = {} }: OpenWorkerOptions) {
  const onWait = (message: string) => tell({ event: 'problem', code: 'BACKEND_UNAVAILABLE', message });
  const store = await openStore(url, { signal, onWait });
  const machine = new ShardMachine({ spawn: spawnNodeWorker, scratch, media });
  const worker = new ShardWorker({ store, machine, signal, tell, timing: { ...environmentTiming(), ...timing } });
  return {
    done: worker.done,
    takeFrom: (queue: string, once: boolean) => worker.takeFrom(queue, once, withoutPassword(queue)),
    /** @param runId the only open run unless given */
    takeShare: async (index: ArrayIndex, runId?: string) => {
      const run = await onlyRun(store, runId);
      await worker.takeShare(run, index);
      return run;
    },
    close: async () => {
      await machine.close();
      store.close();
    },
  };
}

/** Shorter times for slow or impatient networks. */
function environmentTiming(environment: NodeJS.ProcessEnv = process.env): WorkerTiming {
  const seconds = (name: string): number => Number(environment[name]) || 0;
  const [lockS, goneS, waitS] = ['CAVMAE_LOCK_S', 'CAVMAE_GONE_S', 'CAVMAE_WAIT_S'].map(seconds);
  return {
    ...(lockS && { lockMs: lockS * 1000 }),
    ...(waitS && { patienceMs: waitS * 1000 }),
    ...(goneS && { goneAfterMs: goneS * 1000, beatMs: (goneS * 1000) / 4 }),
  };
}
