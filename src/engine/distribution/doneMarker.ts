// A shard is done once its marker lies in the store. The marker says what the part must be, so that a damaged part is noticed.
import { z } from 'zod';
import { errorCode } from '../../shared/contract/errors.ts';
import { readJson } from './manifest.ts';
import { jsonBytes, type ObjectStore } from './objectStore.ts';
import { decodePart, failed, type PartRow } from './partFile.ts';
import { digest } from './recipe.ts';
import { doneFolder, doneKey, nameOfKey, partKey, splitFolder, splitKey } from './storeLayout.ts';

const count = z.number().int().min(0);
export const doneMarker = z.object({
  shard: z.string(),
  bytes: count,
  sha256: z.string(),
  embedded: count,
  /** Failed clips by reason. */
  failed: z.partialRecord(errorCode, count),
  seconds: z.number(),
  worker: z.string(),
});
export type DoneMarker = z.infer<typeof doneMarker>;

export type MarkerFacts = Pick<DoneMarker, 'seconds' | 'worker'>;

function markerOf(shard: string, bytes: Uint8Array, rows: readonly PartRow[], facts: MarkerFacts): DoneMarker {
  const reasons: DoneMarker['failed'] = {};
  for (const { outcome } of rows) if (failed(outcome)) reasons[outcome.code] = (reasons[outcome.code] ?? 0) + 1;
  const embedded = rows.filter(({ outcome }) => !failed(outcome)).length;
  return { shard, bytes: bytes.length, sha256: digest(bytes), embedded, failed: reasons, ...facts };
}

/**
 * Stores a part, then its marker. What another worker stored meanwhile stays: its part, where it is whole, is the one that is marked.
 * @returns the marker that counts
 */
export async function finishShard(
  store: ObjectStore,
  setId: string,
  shard: string,
  own: { bytes: Uint8Array; rows: readonly PartRow[] },
  facts: MarkerFacts,
): Promise<DoneMarker> {
  const key = partKey(setId, shard);
  let [bytes, rows] = [own.bytes, own.rows];
  if (!(await store.putIfAbsent(key, bytes))) {
    const there = await store.get(key);
    const whole = there && (await decodePart(there, key).catch(() => null));
    if (whole?.shard === shard && whole.rows.length === rows.length) [bytes, rows] = [there!, whole.rows];
    else await store.put(key, bytes);
  }
  const marker = markerOf(shard, bytes, rows, facts);
  if (await store.putIfAbsent(doneKey(setId, shard), jsonBytes(marker))) return marker;
  return (await readMarker(store, setId, shard)) ?? marker;
}

export const readMarker = (store: ObjectStore, setId: string, shard: string): Promise<DoneMarker | null> =>
  readJson(store, doneKey(setId, shard), doneMarker);

/**
 * The rows of a shard that is done.
 * @param options `repair`: a damaged part is removed with its marker, so that the shard is computed again
 * @returns null where marker or part is missing or damaged
 */
export async function readDonePart(
  store: ObjectStore,
  setId: string,
  shard: string,
  { repair = true } = {},
): Promise<{ rows: PartRow[]; marker: DoneMarker } | null> {
  const marker = await readMarker(store, setId, shard).catch(() => null);
  const bytes = marker && (await store.get(partKey(setId, shard)));
  if (marker && bytes && bytes.length === marker.bytes && digest(bytes) === marker.sha256)
    return { rows: (await decodePart(bytes, partKey(setId, shard))).rows, marker };
  if (repair) await forgetDone(store, setId, shard);
  return null;
}

/** The shard is to be computed again. */
export async function forgetDone(store: ObjectStore, setId: string, shard: string): Promise<void> {
  // The marker goes first: a part without one is no harm.
  await store.remove(doneKey(setId, shard));
  await store.remove(partKey(setId, shard));
}

async function namesIn(store: ObjectStore, folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { key } of store.list(folder)) names.add(nameOfKey(key));
  return names;
}

export const doneShards = (store: ObjectStore, setId: string): Promise<Set<string>> =>
  namesIn(store, doneFolder(setId));
export const splitShards = (store: ObjectStore, setId: string): Promise<Set<string>> =>
  namesIn(store, splitFolder(setId));

const split = z.object({ pieces: z.array(z.string()).min(1) });

/** The pieces a shard was split into; null for one that was not. */
export const readSplit = async (store: ObjectStore, setId: string, shard: string): Promise<string[] | null> =>
  (await readJson(store, splitKey(setId, shard), split))?.pieces ?? null;

export const writeSplit = (store: ObjectStore, setId: string, shard: string, pieces: string[]): Promise<boolean> =>
  store.putIfAbsent(splitKey(setId, shard), jsonBytes({ pieces }));
