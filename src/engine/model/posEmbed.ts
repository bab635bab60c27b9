// Fixed 2-D sin-cos positional tables (paper section 2.1; MAE appendix).

/** [n, half]: sin of all frequencies, then cos; omega_k = 10000^(-k / (half / 2)). In double precision. */
function sinCos(half: number, positions: readonly number[]): Float64Array {
  const count = half / 2;
  const table = new Float64Array(positions.length * half);
  positions.forEach((position, row) => {
    for (let k = 0; k < count; k++) {
      const angle = position / 10000 ** (k / count);
      table[row * half + k] = Math.sin(angle);
      table[row * half + count + k] = Math.cos(angle);
    }
  });
  return table;
}

/**
 * Table [rows * columns, D] for a grid walked row by row: the first half of the features tells the column, the second
 * half the row. For audio the grid is [mel rows, time columns], so time comes first.
 */
export function posEmbed(dim: number, [rows, columns]: readonly [number, number]): Float32Array {
  const half = dim / 2;
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  const ofColumn = sinCos(half, range(columns));
  const ofRow = sinCos(half, range(rows));
  const table = new Float32Array(rows * columns * dim);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (row * columns + column) * dim;
      table.set(ofColumn.subarray(column * half, (column + 1) * half), at);
      table.set(ofRow.subarray(row * half, (row + 1) * half), at + half);
    }
  }
  return table;
}
