// Positional tables for another grid of patches. Tokens lie row by row (for sound: frequency-major), so that a table is
// never cut as a flat list, only along the axes of its grid.

/** One axis: target index → the two source indices it lies between, and the share of the second. */
function axis(from: number, to: number, sameExtent: boolean): { low: number; high: number; share: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const at = !sameExtent && to <= from ? i : Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const low = Math.floor(at);
    return { low, high: Math.min(from - 1, low + 1), share: at - low };
  });
}

/**
 * Table [rows * columns, D] of one grid → of another, interpolated linearly.
 * @param sameExtent true: both grids cover the same extent (a picture in another resolution). False: a cell keeps its
 * extent (a column is
 *   160 ms of sound), so that a smaller grid takes the first cells: exactly the sin-cos table of that grid where it was not trained. There
 *   are no positions beyond the last, so a larger grid is stretched.
 */
export function resamplePositions(
  table: Float32Array,
  [fromRows, fromColumns]: readonly [number, number],
  [toRows, toColumns]: readonly [number, number],
  sameExtent: boolean,
): Float32Array {
  const dim = table.length / (fromRows * fromColumns);
  const out = new Float32Array(toRows * toColumns * dim);
  const [rows, columns] = [axis(fromRows, toRows, sameExtent), axis(fromColumns, toColumns, sameExtent)];
  rows.forEach((row, r) =>
    columns.forEach((column, c) => {
      const corner = (y: number, x: number) => (y * fromColumns + x) * dim;
      const [nw, ne] = [corner(row.low, column.low), corner(row.low, column.high)];
      const [sw, se] = [corner(row.high, column.low), corner(row.high, column.high)];
      const at = (r * toColumns + c) * dim;
      for (let d = 0; d < dim; d++) {
        const north = table[nw + d]! * (1 - column.share) + table[ne + d]! * column.share;
        const south = table[sw + d]! * (1 - column.share) + table[se + d]! * column.share;
        out[at + d] = north * (1 - row.share) + south * row.share;
      }
    }),
  );
  return out;
}
