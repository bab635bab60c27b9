// Position of the largest of `count` values from `from`; the first of equals, as NumPy's argmax.
export function argMax(values: ArrayLike<number>, from = 0, count = values.length): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (values[from + k]! > values[from + best]!) best = k;
  return best;
}
