// Clips by id: asked for in batches as panels show them, kept up to a bound, asked again when the engine says they
// changed and a panel shows them.
import { defineStore } from 'pinia';
import { ref, shallowReactive } from 'vue';
import type { LabelStep } from '../../../shared/contract/annotation.ts';
import type { Clip } from '../../../shared/contract/clip.ts';
import { client } from '../engine/client.ts';
import { useToasts } from './toasts.ts';

const bound = 20_000;
const batch = 1000;

const sameLabels = (a: Clip['labels'], b: Clip['labels']): boolean =>
  a.length === b.length &&
  a.every((one) =>
    b.some(
      ({ classId, value, presence }) => classId === one.classId && value === one.value && presence === one.presence,
    ),
  );

export const useClips = defineStore('clips', () => {
  const toasts = useToasts();
  const cache = shallowReactive(new Map<number, Clip>());
  const wanted = new Set<number>();
  const stale = new Set<number>();
  /**
   * Clips that are being written here, with the number of writes: what the engine says of them meanwhile may be stale.
   */
  const held = new Map<number, number>();
  /** When a clip was last held or released, as a count of such moments. */
  const touched = new Map<number, number>();
  let moment = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** The moment of a question to the engine, to be given with its answer to `receive`. */
  const now = (): number => moment;
  /**
   * Takes clips as the engine told them when asked at a moment. An answer that a label overtook would take that label
   * off the screen: it is asked for again once the label is written.
   */
  function receive(rows: readonly Clip[], asked: number): void {
    for (const row of rows) {
      if (held.has(row.id) || (touched.get(row.id) ?? 0) > asked) stale.add(row.id);
      else cache.set(row.id, row);
    }
    want(rows.flatMap((row) => (stale.has(row.id) && !held.has(row.id) ? row.id : [])));
  }
  async function load(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const clipIds = [...wanted].slice(0, batch);
    for (const clipId of clipIds) wanted.delete(clipId);
    if (wanted.size) schedule();
    for (const clipId of clipIds) stale.delete(clipId);
    const asked = now();
    try {
      const { rows } = await client.clips.byIds({ clipIds });
      receive(rows, asked);
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
  function note(clipIds: Iterable<number>): void {
    for (const clipId of clipIds) if (!cache.has(clipId) || stale.has(clipId)) wanted.add(clipId);
  }
  /** Asks for clips that are not here yet or have changed; they appear in the cache. */
  function want(clipIds: Iterable<number>): void {
    note(clipIds);
    if (wanted.size) schedule();
  }
  /** The same without waiting for others to want more; resolves when they are here. */
  async function show(clipIds: Iterable<number>): Promise<void> {
    note(clipIds);
    if (wanted.size) await load();
  }
  /** Counts invalidations of all clips: whoever shows a clip reads it again then, and so asks for it. */
  const generation = ref(0);
  /** Marks clips (all when `null`) as changed; those on screen are asked for again and stay visible until then. */
  function invalidate(clipIds: readonly number[] | null): void {
    for (const clipId of clipIds ?? cache.keys()) if (cache.has(clipId)) stale.add(clipId);
    if (clipIds === null) generation.value += 1;
    else want(clipIds.filter((clipId) => cache.has(clipId)));
  }
  /**
   * Takes over the labels that a step of the journal left. A clip that is being written here is asked for again
   * afterwards, unless it shows them already.
   */
  function patch({ clips: changed }: Pick<LabelStep, 'clips'>): void {
    moment += 1;
    for (const { clipId, labels } of changed) {
      touched.set(clipId, moment);
      const clip = cache.get(clipId);
      if (!clip || sameLabels(clip.labels, labels)) continue;
      if (held.has(clipId)) stale.add(clipId);
      else cache.set(clipId, { ...clip, labels: [...labels] });
    }
  }
  /** Keeps what is shown of clips while they are written; the function that is returned ends it. */
  function hold(clipIds: readonly number[]): () => void {
    moment += 1;
    for (const clipId of clipIds) {
      held.set(clipId, (held.get(clipId) ?? 0) + 1);
      touched.set(clipId, moment);
    }
    return () => {
      moment += 1;
      for (const clipId of clipIds) {
        const left = held.get(clipId)! - 1;
        if (left > 0) held.set(clipId, left);
        else held.delete(clipId);
        touched.set(clipId, moment);
      }
      want(clipIds.filter((clipId) => stale.has(clipId)));
    };
  }
  /** A clip as it is known. Reading one that has changed meanwhile asks for it: the reader is told when it is there. */
  function get(clipId: number): Clip | undefined {
    void generation.value;
    if (stale.has(clipId) && !held.has(clipId)) want([clipId]);
    return cache.get(clipId);
  }
  /** Shows clips as they are being written here. */
  function put(rows: readonly Clip[]): void {
    for (const row of rows) cache.set(row.id, row);
  }
  function reset(): void {
    cache.clear();
    stale.clear();
  }
  return { cache, want, show, get, put, patch, hold, now, receive, invalidate, reset };
});
