// Which clips are selected, shared by every panel, and which one is open. Every change of the selection can be undone.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useUndo } from './undo.ts';
import { plural } from '../../../shared/plural.ts';

export type SelectMode = 'replace' | 'add' | 'subtract' | 'intersect';

/** The set that results from combining `before` with `clipIds`. */
export function combine(before: ReadonlySet<number>, clipIds: Iterable<number>, mode: SelectMode): Set<number> {
  if (mode === 'replace') return new Set(clipIds);
  if (mode === 'intersect') return new Set([...clipIds].filter((clipId) => before.has(clipId)));
  const after = new Set(before);
  for (const clipId of clipIds) {
    if (mode === 'add') after.add(clipId);
    else after.delete(clipId);
  }
  return after;
}

const same = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
  a.size === b.size && [...a].every((clipId) => b.has(clipId));

export const useSelection = defineStore('selection', () => {
  const undo = useUndo();
  const ids = shallowRef<ReadonlySet<number>>(new Set());
  /** The open clip: what the clip panel shows and hotkeys label when nothing is selected. */
  const current = ref<number | null>(null);
  const size = computed(() => ids.value.size);

  function write(after: ReadonlySet<number>, text: string): void {
    const before = ids.value;
    if (same(before, after)) return;
    ids.value = after;
    undo.push({
      text,
      kind: 'page',
      undo: () => {
        ids.value = before;
      },
      redo: () => {
        ids.value = after;
      },
    });
  }
  const describe = (n: number): string => (n === 0 ? 'clear selection' : `select ${plural(n, 'clip')}`);

  function select(clipIds: Iterable<number>, mode: SelectMode = 'replace'): void {
    const after = combine(ids.value, clipIds, mode);
    write(after, describe(after.size));
  }
  const toggle = (clipId: number): void => select([clipId], ids.value.has(clipId) ? 'subtract' : 'add');
  const clear = (): void => write(new Set(), 'clear selection');
  /** Clears as part of another step: taking back that step is one press, not two. */
  function release(): void {
    ids.value = new Set();
  }
  /** Selects as part of another step, which takes it back itself. */
  function put(clipIds: Iterable<number>): void {
    ids.value = new Set(clipIds);
  }
  function open(clipId: number | null): void {
    current.value = clipId;
  }
  /** What a label applies to: the selection, or the open clip when nothing is selected. */
  const targets = computed<number[]>(() =>
    ids.value.size > 0 ? [...ids.value] : current.value === null ? [] : [current.value],
  );
  /** Forgets clips that no longer exist, without an undo step. */
  function keepOnly(existing: ReadonlySet<number>): void {
    const left = [...ids.value].filter((clipId) => existing.has(clipId));
    if (left.length < ids.value.size) ids.value = new Set(left);
    if (current.value !== null && !existing.has(current.value)) current.value = null;
  }
  return { ids, current, size, targets, select, toggle, clear, release, put, open, keepOnly };
});
