// One shard, from its name to its marker, where everything may go wrong: deaths, double delivery, damaged objects, splits.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginAttempt } from '../../../../../src/engine/distribution/attempts.ts';
import { doneShards, readDonePart, readSplit } from '../../../../../src/engine/distribution/doneMarker.ts';
import { manifestOf, publishRun } from '../../../../../src/engine/distribution/manifest.ts';
import type { ObjectStore } from '../../../../../src/engine/distribution/objectStore.ts';
import { failed, type PartRow } from '../../../../../src/engine/distribution/partFile.ts';
import { cutShards, type Shard } from '../../../../../src/engine/distribution/shard.ts';
import { StoreClock } from '../../../../../src/engine/distribution/storeClock.ts';
import { partKey, workerKey } from '../../../../../src/engine/distribution/storeLayout.ts';
import { openStore } from '../../../../../src/engine/distribution/openStore.ts';
import { isAlive, writeBeat } from '../../../../../src/engine/distribution/workerBeat.ts';
import { runShard, type ShardSite } from '../../../../../src/engine/procedures/distribution/runShard.ts';
import { EngineError } from '../../../../../src/shared/engineError.ts';
import { clipOf, rowOf, testRecipe } from '../../distribution/partRows.ts';

const shards = cutShards(
  testRecipe,
  Array.from({ length: 20 }, (_, i) => clipOf(i)),
  20,
);
const run = manifestOf(testRecipe, shards);
const [whole] = shards as [Shard];
const rowsOf = (shard: Shard): PartRow[] => shard.clips.map((clip) => rowOf(Number(/\d+/.exec(clip.path)![0])));
let folder: string;
let store: ObjectStore;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cavmae-shard-'));
  store = await openStore(pathToFileURL(folder).href, { forMs: 2000 });
  await publishRun(store, run, shards);
});
afterEach(() => rmSync(folder, { recursive: true }));

const site = (worker: string, embed: ShardSite['embed'] = async (shard) => rowsOf(shard)): ShardSite => ({
  store,
  clock: new StoreClock(store, worker),
  worker,
  recipe: testRecipe,
  setId: run.setId,
  signal: new AbortController().signal,
  embed,
});
/** A worker that began the shard and was never heard of again. */
const die = (worker: string, shard = whole.id) => beginAttempt(store, run.setId, shard, worker);
const embeddedPaths = async (shardIds: readonly string[]) => {
  const parts = await Promise.all(shardIds.map((id) => readDonePart(store, run.setId, id)));
  return parts
    .flatMap((part) => part!.rows)
    .filter(({ outcome }) => !failed(outcome))
    .map(({ path: file }) => file);
};

describe('a shard', () => {
  it('is done once: a second delivery computes nothing', async () => {
    expect(await runShard(site('a'), whole.id)).toMatchObject({ clips: 20, embedded: 20, failed: 0, known: false });
    const never = site('b', () => Promise.reject(new Error('computed twice')));
    expect(await runShard(never, whole.id)).toMatchObject({ known: true });
    expect(await embeddedPaths([whole.id])).toEqual(whole.clips.map(({ path: file }) => file));
  });

  it('computed by two workers at once has one result, whole', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, i) => runShard(site(`w${i}`), whole.id)));
    const part = await readDonePart(store, run.setId, whole.id);
    expect(part?.rows).toEqual(rowsOf(whole));
  });

  it('replaces half an object that a lost worker left', async () => {
    const key = partKey(run.setId, whole.id);
    await store.put(key, Buffer.from('PAR1 half an ob'));
    await runShard(site('a'), whole.id);
    expect((await readDonePart(store, run.setId, whole.id))?.rows).toEqual(rowsOf(whole));
  });

  it('whose part was damaged after it was done is computed again', async () => {
    await runShard(site('a'), whole.id);
    writeFileSync(path.join(folder, ...partKey(run.setId, whole.id).split('/')), 'damaged');
    expect(await readDonePart(store, run.setId, whole.id)).toBeNull();
    expect(await doneShards(store, run.setId)).toEqual(new Set());
    await runShard(site('b'), whole.id);
    expect((await readDonePart(store, run.setId, whole.id))?.rows).toEqual(rowsOf(whole));
  });

  it('given back in order is no death: faults of a machine do not split it', async () => {
    const full = site('a', () => Promise.reject(new EngineError('DISK_FULL', 'the disk is full')));
    for (let i = 0; i < 5; i++) await expect(runShard(full, whole.id)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await runShard(site('b'), whole.id);
    expect(await readSplit(store, run.setId, whole.id)).toBeNull();
    expect(await doneShards(store, run.setId)).toEqual(new Set([whole.id]));
  });

  it('is not taken from workers that live', async () => {
    for (const worker of ['a', 'b', 'c']) {
      await die(worker);
      const idle = { host: 'h', pid: 1, run: null, shard: null, shards: 0, embedded: 0, failed: 0 };
      await writeBeat(store, { ...idle, worker, clipsPerSecond: null, problem: null });
    }
    await runShard(site('d'), whole.id);
    expect(await readSplit(store, run.setId, whole.id)).toBeNull();
  });
});

describe('a clip that ends its workers', () => {
  const poison = whole.clips[7]!;
  /** Begins what `runShard` would, and dies where the clip is among it. Returns what ended it, or null. */
  async function attemptAsWorker(worker: string): Promise<string | null> {
    let died: string | null = null;
    const deadly = site(worker, async (shard) => {
      if (!shard.clips.some(({ path: file }) => file === poison.path)) return rowsOf(shard);
      died = shard.id;
      throw new Error('killed');
    });
    await runShard(deadly, whole.id).catch(() => undefined);
    // In life nothing runs after a kill: the attempt stays as it was begun.
    if (died !== null) await die(worker, died);
    return died;
  }

  it('is found and named; every other clip is embedded, once', async () => {
    const deaths: string[] = [];
    for (let i = 0; i < 20; i++) {
      const died = await attemptAsWorker(`w${i}`);
      if (died === null) break;
      deaths.push(died);
    }
    // Three over the shard, three over a piece of five, three over the clip.
    expect(deaths).toHaveLength(9);
    const done = [...(await doneShards(store, run.setId))];
    const parts = await Promise.all(done.map((id) => readDonePart(store, run.setId, id)));
    const rows = parts.flatMap((part) => part!.rows);
    expect(rows.map(({ path: file }) => file).toSorted()).toEqual(whole.clips.map(({ path: file }) => file));
    const bad = rows.filter(({ outcome }) => failed(outcome));
    expect(bad).toMatchObject([
      { path: poison.path, outcome: { code: 'INTERNAL', message: /ended its worker 3 times and was set aside/ } },
    ]);
  });
});

describe('the age of a beat', () => {
  it('is told by the store, whatever the clocks of machines say', async () => {
    const clock = new StoreClock(store, 'me', 60_000);
    const idle = { host: 'h', pid: 1, run: null, shard: null, shards: 0, embedded: 0, failed: 0 };
    await writeBeat(store, { ...idle, worker: 'w', clipsPerSecond: null, problem: null });
    const realNow = Date.now;
    try {
      // This machine's clock is a day ahead: the worker is still alive.
      Date.now = () => realNow() + 86_400_000;
      expect(await isAlive(store, clock, 'w')).toBe(true);
    } finally {
      Date.now = realNow;
    }
    const old = new Date(Date.now() - 120_000);
    utimesSync(path.join(folder, workerKey('w')), old, old);
    expect(await isAlive(store, clock, 'w')).toBe(false);
    expect(await isAlive(store, clock, 'unheard of')).toBe(false);
  });
});
