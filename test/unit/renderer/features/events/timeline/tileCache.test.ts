// Tiles are fetched once, in the order wanted, a few at a time, and cancelled when scrolled past.
import { describe, expect, it, vi } from 'vitest';
import type { Tile } from '../../../../../../src/renderer/src/features/events/timeline/paintTile.ts';
import { TileCache, type TileKey } from '../../../../../../src/renderer/src/features/events/timeline/tileCache.ts';

const tile: Tile = { columns: 0, bins: 1, power: new Uint8Array(), peaks: new Float32Array() };
const key = (index: number): TileKey => ({ level: 3, index });
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

function cacheOf() {
  const asked = new Map<number, { resolve: (tile: Tile) => void; reject: (e: unknown) => void; signal: AbortSignal }>();
  const fetchTile = vi.fn(
    ({ index }: TileKey, signal: AbortSignal) =>
      new Promise<Tile>((resolve, reject) => asked.set(index, { resolve, reject, signal })),
  );
  const changed = vi.fn<() => void>();
  return { cache: new TileCache(fetchTile, changed), asked, fetchTile, changed };
}

describe('the tile cache', () => {
  it('fetches four at a time and each once', async () => {
    const { cache, asked, fetchTile, changed } = cacheOf();
    cache.want([0, 1, 2, 3, 4, 5].map(key));
    cache.want([0, 1, 2, 3, 4, 5].map(key));
    expect([...asked.keys()]).toEqual([0, 1, 2, 3]);
    asked.get(0)!.resolve(tile);
    await settle();
    expect(cache.get(key(0))).toBe(tile);
    expect(changed).toHaveBeenCalledTimes(1);
    expect([...asked.keys()]).toEqual([0, 1, 2, 3, 4]);
    cache.want([key(0)]);
    expect(fetchTile).toHaveBeenCalledTimes(5);
  });

  it('cancels what is not wanted any more, and does not keep its late answer', async () => {
    const { cache, asked, changed } = cacheOf();
    cache.want([0, 1].map(key));
    cache.want([key(1)]);
    expect([asked.get(0)!.signal.aborted, asked.get(1)!.signal.aborted]).toEqual([true, false]);
    asked.get(0)!.resolve(tile);
    await settle();
    expect(cache.get(key(0))).toBeUndefined();
    expect(changed).not.toHaveBeenCalled();
  });

  it('tells a failure, and asks again only when told to', async () => {
    const { cache, asked, fetchTile } = cacheOf();
    cache.want([key(0)]);
    asked.get(0)!.reject(new Error('gone'));
    await settle();
    expect(cache.failureOf(key(0))).toEqual(new Error('gone'));
    cache.want([key(0)]);
    expect(fetchTile).toHaveBeenCalledTimes(1);
    cache.retry();
    cache.want([key(0)]);
    expect(fetchTile).toHaveBeenCalledTimes(2);
  });
});
