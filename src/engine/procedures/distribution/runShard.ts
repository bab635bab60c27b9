// Takes one shard from its name to its done marker. Safe to be killed anywhere and to run twice at once. A shard that ended three workers
// is split, and its pieces are run one after another; a single clip that did is set aside with its name.
import { beginAttempt, deathsOver, forgetAttempts, mostDeaths } from '../../distribution/attempts.ts';
import { finishShard, readMarker, readSplit, writeSplit } from '../../distribution/doneMarker.ts';
import { readShard } from '../../distribution/manifest.ts';
import { jsonBytes, type ObjectStore } from '../../distribution/objectStore.ts';
import { encodePart, type PartRow } from '../../distribution/partFile.ts';
import type { Recipe } from '../../distribution/recipe.ts';
import { splitShard, type Shard } from '../../distribution/shard.ts';
import type { StoreClock } from '../../distribution/storeClock.ts';
import { shardKey } from '../../distribution/storeLayout.ts';
import { EngineError } from '../../../shared/engineError.ts';

export interface ShardSite {
  store: ObjectStore;
  clock: StoreClock;
  /** Names this process in the store. */
  worker: string;
  recipe: Recipe;
  setId: string;
  signal: AbortSignal;
  /** Computes the rows of a shard. */
  embed(shard: Shard): Promise<PartRow[]>;
}

export interface ShardReport {
  clips: number;
  embedded: number;
  failed: number;
  seconds: number;
  /** Another worker had done it. */
  known: boolean;
  /** Into how many pieces it was split. */
  pieces: number;
}

const nothing = (): ShardReport => ({ clips: 0, embedded: 0, failed: 0, seconds: 0, known: false, pieces: 0 });

const add = (a: ShardReport, b: ShardReport): ShardReport => ({
  clips: a.clips + b.clips,
  embedded: a.embedded + b.embedded,
  failed: a.failed + b.failed,
  seconds: a.seconds + b.seconds,
  known: false,
  pieces: a.pieces,
});

/** Stores the pieces, then that they take the place of the shard: whoever splits the same shard makes the same pieces. */
async function split(site: ShardSite, shard: Shard): Promise<string[]> {
  const pieces = splitShard(site.recipe, shard);
  for (const piece of pieces) await site.store.putIfAbsent(shardKey(site.setId, piece.id), jsonBytes(piece));
  const names = pieces.map(({ id }) => id);
  await writeSplit(site.store, site.setId, shard.id, names);
  return names;
}

async function computed(site: ShardSite, shard: Shard, deaths: number): Promise<ShardReport> {
  const { store, setId, worker, recipe } = site;
  const from = performance.now();
  const attempt = await beginAttempt(store, setId, shard.id, worker);
  try {
    const aside = {
      code: 'INTERNAL' as const,
      message: `this clip ended its worker ${deaths} times and was set aside`,
    };
    const rows =
      deaths >= mostDeaths ? shard.clips.map((clip) => ({ ...clip, outcome: aside })) : await site.embed(shard);
    const seconds = (performance.now() - from) / 1000;
    const own = { bytes: encodePart(recipe, shard, rows), rows };
    const marker = await finishShard(store, setId, shard.id, own, { seconds, worker });
    if (deaths > 0) await forgetAttempts(store, setId, shard.id);
    const { embedded } = marker;
    return { ...nothing(), clips: rows.length, embedded, failed: rows.length - embedded, seconds };
  } finally {
    // What is thrown here is a fault that was noticed, not a death. Where the store does not answer, it counts as one.
    await attempt.end().catch(() => undefined);
  }
}

/**
 * @throws EngineError what `embed` throws, CANCELLED; NOT_FOUND where the store has no such shard. The shard is then as before
 */
export async function runShard(site: ShardSite, id: string): Promise<ShardReport> {
  const { store, setId, clock, signal } = site;
  if (signal.aborted) throw new EngineError('CANCELLED', 'stopped');
  const marker = await readMarker(store, setId, id);
  if (marker) return { ...nothing(), known: true };
  let pieces = await readSplit(store, setId, id);
  if (!pieces) {
    const [shard, deaths] = [await readShard(store, setId, id), await deathsOver(store, clock, setId, id)];
    if (deaths < mostDeaths || shard.clips.length === 1) return computed(site, shard, deaths);
    pieces = await split(site, shard);
  }
  let report = { ...nothing(), pieces: pieces.length };
  for (const piece of pieces) report = add(report, await runShard(site, piece));
  return report;
}
