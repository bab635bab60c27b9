// Who began a shard and never put it down. Three workers that died over a shard are enough to suspect one of its clips.
import { isAlive } from './workerBeat.ts';
import type { ObjectStore } from './objectStore.ts';
import type { StoreClock } from './storeClock.ts';
import { attemptPrefix, nameOfKey } from './storeLayout.ts';

export const mostDeaths = 3;

export interface Attempt {
  /** Puts the shard down: it was finished, or given back in order. */
  end(): Promise<void>;
}

/** Workers that began this shard, are gone, and did not put it down. */
export async function deathsOver(store: ObjectStore, clock: StoreClock, setId: string, shard: string): Promise<number> {
  let deaths = 0;
  for await (const { key } of store.list(attemptPrefix(setId, shard))) {
    const [, worker = ''] = nameOfKey(key).split('.');
    if (!(await isAlive(store, clock, worker))) deaths++;
  }
  return deaths;
}

let counted = 0;

export async function beginAttempt(store: ObjectStore, setId: string, shard: string, worker: string): Promise<Attempt> {
  const key = `${attemptPrefix(setId, shard)}${worker}.${++counted}.json`;
  await store.put(key, Buffer.from('{}\n'));
  return { end: () => store.remove(key) };
}

/** Forgets who died over a shard that is done. */
export async function forgetAttempts(store: ObjectStore, setId: string, shard: string): Promise<void> {
  for await (const { key } of store.list(attemptPrefix(setId, shard))) await store.remove(key);
}
