// Clips by id: asked for in batches as panels show them, kept up to a bound, asked again when the engine says they changed.
import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import type { Clip } from '../../../shared/contract/clip.ts';
import { client } from '../engine/client.ts';
import { useToasts } from './toasts.ts';

const bound = 20_000;
const batch = 1000;

export const useClips = defineStore('clips', () => {
  const toasts = useToasts();
  const cache = shallowReactive(new Map<number, Clip>());
  const wanted = new Set<number>();
  const stale = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function load(): Promise<void> {
    timer = null;
    const clipIds = [...wanted].slice(0, batch);
    for (const clipId of clipIds) wanted.delete(clipId);
    if (wanted.size) schedule();
    for (const clipId of clipIds) stale.delete(clipId);
    try {
      const { rows } = await client.clips.byIds({ clipIds });
      for (const row of rows) cache.set(row.id, row);
      for (const oldest of cache.keys()) {
        if (cache.size <= bound) break;
        cache.delete(oldest);
      }
    } catch (error) {
      toasts.fail(error, 'Reading clips');
    }
  }
  function schedule(): void {
    timer ??= setTimeout(() => void load(), 16);
  }
  /** Asks for clips that are not here yet or have changed; they appear in the cache. */
  function want(clipIds: Iterable<number>): void {
    for (const clipId of clipIds) if (!cache.has(clipId) || stale.has(clipId)) wanted.add(clipId);
    if (wanted.size) schedule();
  }
  /** Marks clips (all when `null`) as changed; those on screen are asked for again and stay visible until then. */
  function invalidate(clipIds: readonly number[] | null): void {
    const touched = clipIds ?? [...cache.keys()];
    for (const clipId of touched) {
      if (!cache.has(clipId)) continue;
      stale.add(clipId);
      wanted.add(clipId);
    }
    if (wanted.size) schedule();
  }
  const get = (clipId: number): Clip | undefined => cache.get(clipId);
  function put(rows: readonly Clip[]): void {
    for (const row of rows) cache.set(row.id, row);
  }
  function reset(): void {
    cache.clear();
    stale.clear();
  }
  return { cache, want, get, put, invalidate, reset };
});
