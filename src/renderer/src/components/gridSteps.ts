// Walking through a grid by keys, and the clips between two places of it.

/**
 * The index a key leads to from `at` (-1: nowhere yet) in a grid of `count` cells, or `null` when the key does not
 * walk.
 */
export function stepInGrid(
  key: string,
  at: number,
  count: number,
  columns: number,
  rowsPerPage: number,
): number | null {
  if (count === 0) return null;
  const by: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rowsPerPage,
    PageDown: columns * rowsPerPage,
  };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = by[key];
  if (step === undefined) return null;
  if (at < 0) return 0;
  const to = at + step;
  if (Math.abs(step) === columns && (to < 0 || to >= count)) return at;
  return Math.min(count - 1, Math.max(0, to));
}

/** Every entry from index `a` to index `b`, whichever comes first. */
export const rangeBetween = <T>(list: readonly T[], a: number, b: number): T[] =>
  list.slice(Math.max(0, Math.min(a, b)), Math.max(a, b) + 1);
