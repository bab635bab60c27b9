// The one dense kernel of this room: A Bᵀ for row-major float32 matrices, blocked so that every load serves four
// products.

/**
 * out[i * stride + j] = Σ_t a[i, t] b[j, t] for rows i in [a0, a1) of a [*, length] and j in [b0, b1) of b [*, length].
 * `out` is indexed relative to (a0, b0).
 */
export function multiplyTransposed(
  a: Float32Array,
  [a0, a1]: readonly [number, number],
  b: Float32Array,
  [b0, b1]: readonly [number, number],
  length: number,
  out: Float32Array | Float64Array,
  stride: number,
): void {
  let i = a0;
  for (; i + 4 <= a1; i += 4) {
    let j = b0;
    for (; j + 2 <= b1; j += 2) block(a, i * length, b, j * length, length, out, (i - a0) * stride + (j - b0), stride);
    for (; j < b1; j++)
      for (let r = 0; r < 4; r++)
        out[(i + r - a0) * stride + (j - b0)] = dot(a, (i + r) * length, b, j * length, length);
  }
  for (; i < a1; i++)
    for (let j = b0; j < b1; j++) out[(i - a0) * stride + (j - b0)] = dot(a, i * length, b, j * length, length);
}

function block(
  a: Float32Array,
  ai: number,
  b: Float32Array,
  bj: number,
  length: number,
  out: Float32Array | Float64Array,
  at: number,
  stride: number,
): void {
  const a1 = ai + length,
    a2 = a1 + length,
    a3 = a2 + length,
    b1 = bj + length;
  let s00 = 0,
    s01 = 0,
    s10 = 0,
    s11 = 0,
    s20 = 0,
    s21 = 0,
    s30 = 0,
    s31 = 0;
  for (let t = 0; t < length; t++) {
    const x = b[bj + t]!,
      y = b[b1 + t]!;
    const p = a[ai + t]!,
      q = a[a1 + t]!,
      r = a[a2 + t]!,
      s = a[a3 + t]!;
    s00 += p * x;
    s01 += p * y;
    s10 += q * x;
    s11 += q * y;
    s20 += r * x;
    s21 += r * y;
    s30 += s * x;
    s31 += s * y;
  }
  out[at] = s00;
  out[at + 1] = s01;
  out[at + stride] = s10;
  out[at + stride + 1] = s11;
  out[at + 2 * stride] = s20;
  out[at + 2 * stride + 1] = s21;
  out[at + 3 * stride] = s30;
  out[at + 3 * stride + 1] = s31;
}

/**
 * Σ_t a[ai + t] b[bj + t]. Sums in the same order as the blocked form, so equal rows give equal numbers (ties stay
 * ties).
 */
export function dot(a: Float32Array, ai: number, b: Float32Array, bj: number, length: number): number {
  let sum = 0;
  for (let t = 0; t < length; t++) sum += a[ai + t]! * b[bj + t]!;
  return sum;
}
