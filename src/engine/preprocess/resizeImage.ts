// Pillow's image resize, bit for bit: separable convolution, antialiased when shrinking, 8-bit fixed point with coefficients rounded to
// 22 fractional bits, horizontal pass first, rounded and clipped to 0…255 after EACH pass (MODEL.md §4).

const precisionBits = 22;

export type ResizeFilter = 'bicubic' | 'bilinear';

const filters: Record<ResizeFilter, { support: number; weight: (x: number) => number }> = {
  bicubic: {
    support: 2,
    weight: (signed) => {
      const [a, x] = [-0.5, Math.abs(signed)];
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
};

interface Coefficients { first: Int32Array; count: Int32Array; width: number; weights: Int32Array }

function coefficients(from: number, to: number, filter: ResizeFilter): Coefficients {
  const { support: unit, weight } = filters[filter];
  const scale = from / to;
  const stretch = Math.max(1, scale);
  const support = unit * stretch;
  const width = Math.ceil(support) * 2 + 1;
  const result = { first: new Int32Array(to), count: new Int32Array(to), width, weights: new Int32Array(to * width) };
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const exact = Float64Array.from({ length: count }, (_, k) => weight((k + first - centre + 0.5) * (1 / stretch)));
    let sum = 0;
    for (const value of exact) sum += value;
    for (let k = 0; k < count; k++) {
      const fixed = (sum === 0 ? (exact[k] as number) : (exact[k] as number) / sum) * (1 << precisionBits);
      result.weights[i * width + k] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    }
    result.first[i] = first;
    result.count[i] = count;
  }
  return result;
}

const half = 1 << (precisionBits - 1);

/** One pass along an axis whose neighbours lie `step` bytes apart: `lines` lines of `to` outputs each. */
function horizontal(pixels: Uint8Array, width: number, height: number, to: number, filter: ResizeFilter): Uint8Array {
  const { first, count, width: stride, weights } = coefficients(width, to, filter);
  const out = new Uint8Array(to * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      const n = count[x] as number;
      let at = (y * width + (first[x] as number)) * 3;
      let r = half, g = half, b = half;
      for (let k = 0, w = x * stride; k < n; k++, w++, at += 3) {
        const weight = weights[w] as number;
        r += (pixels[at] as number) * weight;
        g += (pixels[at + 1] as number) * weight;
        b += (pixels[at + 2] as number) * weight;
      }
      const to3 = (y * to + x) * 3;
      out[to3] = clip(r);
      out[to3 + 1] = clip(g);
      out[to3 + 2] = clip(b);
    }
  }
  return out;
}

function vertical(pixels: Uint8Array, width: number, height: number, to: number, filter: ResizeFilter): Uint8Array {
  const { first, count, width: stride, weights } = coefficients(height, to, filter);
  const row = width * 3;
  const out = new Uint8Array(to * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < to; y++) {
    sums.fill(half);
    for (let k = 0; k < (count[y] as number); k++) {
      const weight = weights[y * stride + k] as number;
      const from = ((first[y] as number) + k) * row;
      for (let i = 0; i < row; i++) sums[i] = (sums[i] as number) + (pixels[from + i] as number) * weight;
    }
    for (let i = 0; i < row; i++) out[y * row + i] = clip(sums[i] as number);
  }
  return out;
}

function clip(sum: number): number {
  const value = sum >> precisionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/**
 * @param pixels RGB, 8 bit, [height, width, 3]
 * @returns [toHeight, toWidth, 3]; the same bytes when the size does not change
 */
export function resizeImage(pixels: Uint8Array, width: number, height: number, toWidth: number, toHeight: number, filter: ResizeFilter): Uint8Array {
  const across = toWidth === width ? pixels : horizontal(pixels, width, height, toWidth, filter);
  return toHeight === height ? across : vertical(across, toWidth, height, toHeight, filter);
}
