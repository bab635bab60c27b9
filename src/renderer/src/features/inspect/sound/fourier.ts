// Discrete Fourier transform in place, of a length that is a power of two. No scaling in either direction.

export interface Fourier {
  readonly size: number;
  transform(re: Float64Array, im: Float64Array, inverse: boolean): void;
}

export function fourier(size: number): Fourier {
  const bits = Math.log2(size);
  if (!Number.isInteger(bits)) throw new RangeError(`${size} is no power of two`);
  const reversed = Uint32Array.from({ length: size }, (_, i) => {
    let out = 0;
    for (let b = 0; b < bits; b++) out |= ((i >> b) & 1) << (bits - 1 - b);
    return out;
  });
  const [cos, sin] = [Math.cos, Math.sin].map((f) =>
    Float64Array.from({ length: size / 2 }, (_, i) => f((2 * Math.PI * i) / size)),
  ) as [Float64Array, Float64Array];
  function swap(x: Float64Array, i: number, j: number): void {
    const kept = x[i]!;
    x[i] = x[j]!;
    x[j] = kept;
  }
  return {
    size,
    transform(re, im, inverse) {
      for (let i = 0; i < size; i++)
        if (reversed[i]! > i) {
          swap(re, i, reversed[i]!);
          swap(im, i, reversed[i]!);
        }
      for (let half = 1; half < size; half *= 2) {
        const step = size / (2 * half);
        for (let start = 0; start < size; start += 2 * half) {
          for (let k = 0; k < half; k++) {
            const wr = cos[k * step]!,
              wi = inverse ? sin[k * step]! : -sin[k * step]!;
            const a = start + k,
              b = start + k + half;
            const br = re[b]! * wr - im[b]! * wi,
              bi = re[b]! * wi + im[b]! * wr;
            re[b] = re[a]! - br;
            im[b] = im[a]! - bi;
            re[a]! += br;
            im[a]! += bi;
          }
        }
      }
    },
  };
}
