// Trustworthiness of a map (Venna & Kaski 2001), as scikit-learn's `trustworthiness`: 1 when every neighbour on the map
// is one in the data.
export function trustworthiness(data: Float32Array, dim: number, xy: Float32Array, rows: number, k: number): number {
  let penalty = 0;
  for (let i = 0; i < rows; i++) {
    const ranks = rankOf(orderFrom(data, dim, i, rows));
    for (const j of orderFrom(xy, 2, i, rows).slice(0, k)) penalty += Math.max(0, ranks[j]! - k);
  }
  return 1 - (2 / (rows * k * (2 * rows - 3 * k - 1))) * penalty;
}

function orderFrom(data: Float32Array, dim: number, i: number, rows: number): number[] {
  const squared = Float64Array.from({ length: rows }, (_, j) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += (data[i * dim + d]! - data[j * dim + d]!) ** 2;
    return sum;
  });
  return Array.from({ length: rows }, (_, j) => j)
    .filter((j) => j !== i)
    .sort((p, q) => squared[p]! - squared[q]!);
}

/** Rank from 1 by row. */
function rankOf(order: number[]): Int32Array {
  const ranks = new Int32Array(order.length + 1);
  order.forEach((row, place) => {
    ranks[row] = place + 1;
  });
  return ranks;
}
