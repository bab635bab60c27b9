// What a worker tells of itself: an object that it writes again and again. A worker whose object is old is gone.
import { z } from 'zod';
import { errorDetail, errorCode } from '../../shared/contract/errors.ts';
import { readJson } from './manifest.ts';
import { jsonBytes, type ObjectStore } from './objectStore.ts';
import type { StoreClock } from './storeClock.ts';
import { workerKey, workersFolder } from './storeLayout.ts';

export const beatEveryMs = 15_000;
/** Beats of workers that are long gone are removed. */
const forgottenAfterMs = 24 * 3600_000;

export const workerBeat = z.object({
  worker: z.string(),
  host: z.string(),
  pid: z.number().int(),
  run: z.string().nullable(),
  shard: z.string().nullable(),
  shards: z.number().int(),
  embedded: z.number().int(),
  failed: z.number().int(),
  /** Of the last minutes; null until it is known. */
  clipsPerSecond: z.number().nullable(),
  /** Why it cannot work. */
  problem: z.object({ code: errorCode, message: z.string(), detail: errorDetail }).nullable(),
});
export type WorkerBeat = z.infer<typeof workerBeat>;

export const writeBeat = (store: ObjectStore, beat: WorkerBeat): Promise<void> =>
  store.put(workerKey(beat.worker), jsonBytes(beat));
export const removeBeat = (store: ObjectStore, worker: string): Promise<void> => store.remove(workerKey(worker));

/** Workers that are alive, by the store's clock. */
export async function liveWorkers(
  store: ObjectStore,
  clock: StoreClock,
): Promise<(WorkerBeat & { secondsAgo: number })[]> {
  const now = await clock.now();
  const alive: (WorkerBeat & { secondsAgo: number })[] = [];
  for await (const { key, modifiedMs } of store.list(workersFolder)) {
    const age = now - modifiedMs;
    if (age > forgottenAfterMs) await store.remove(key);
    if (await clock.isOld(modifiedMs)) continue;
    const beat = await readJson(store, key, workerBeat).catch(() => null);
    if (beat) alive.push({ ...beat, secondsAgo: Math.max(0, age / 1000) });
  }
  return alive;
}

export async function isAlive(store: ObjectStore, clock: StoreClock, worker: string): Promise<boolean> {
  const about = await store.head(workerKey(worker));
  return about !== null && !(await clock.isOld(about.modifiedMs));
}
