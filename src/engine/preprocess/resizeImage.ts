// Pillow's image resize, bit for bit: separable convolution, antialiased when shrinking, 8-bit fixed point with
// coefficients rounded to 22 fractional bits, horizontal pass first, rounded and clipped to 0…255 after EACH pass
// (MODEL.md §4).

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

interface Coefficients {
  first: Int32Array;
  count: Int32Array;
  width: number;
  weights: Int32Array;
}

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

/** A part of the resized picture, in its pixels. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Rows [rowFrom, rowTo) of the source → [rowTo - rowFrom, window.width, 3]. */
function horizontal(
  pixels: Uint8Array,
  width: number,
  [rowFrom, rowTo]: readonly [number, number],
  { first, count, width: stride, weights }: Coefficients,
  window: Window,
): Uint8Array {
  const out = new Uint8Array(window.width * (rowTo - rowFrom) * 3);
  let to = 0;
  for (let y = rowFrom; y < rowTo; y++) {
    for (let x = window.left; x < window.left + window.width; x++) {
      const end = x * stride + (count[x] as number);
      let at = (y * width + (first[x] as number)) * 3;
      let r = half,
        g = half,
        b = half;
      for (let w = x * stride; w < end; w++, at += 3) {
        const weight = weights[w] as number;
        r += (pixels[at] as number) * weight;
        g += (pixels[at + 1] as number) * weight;
        b += (pixels[at + 2] as number) * weight;
      }
      out[to++] = clip(r);
      out[to++] = clip(g);
      out[to++] = clip(b);
    }
  }
  return out;
}

/** `pixels` begins at source row `rowFrom` and is as wide as the window → [window.height, window.width, 3]. */
function vertical(
  pixels: Uint8Array,
  rowFrom: number,
  { first, count, width: stride, weights }: Coefficients,
  window: Window,
): Uint8Array {
  const row = window.width * 3;
  const out = new Uint8Array(window.height * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < window.height; y++) {
    const line = window.top + y;
    sums.fill(half);
    for (let k = 0; k < (count[line] as number); k++) {
      const weight = weights[line * stride + k] as number;
      const from = ((first[line] as number) - rowFrom + k) * row;
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
 * @param window what of the result is wanted; nothing else is computed
 * @returns [window.height, window.width, 3]; the source's own bytes where the size does not change
 */
export function resizeImage(
  pixels: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  filter: ResizeFilter,
  window: Window = { left: 0, top: 0, width: toWidth, height: toHeight },
): Uint8Array {
  // At an unchanged size every weight is exactly one pixel, so a pass copies.
  const rows = coefficients(height, toHeight, filter);
  const last = window.top + window.height - 1;
  const needed = [
    rows.first[window.top] as number,
    (rows.first[last] as number) + (rows.count[last] as number),
  ] as const;
  return vertical(
    horizontal(pixels, width, needed, coefficients(width, toWidth, filter), window),
    needed[0],
    rows,
    window,
  );
}
