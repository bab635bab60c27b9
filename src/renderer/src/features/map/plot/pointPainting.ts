// Many points as pixels: soft-edged dots blended into a picture without a canvas call for each, so that 100,000 move
// under the hand.
import type { MapTransform } from './mapTransform.ts';

export interface Picture {
  /** RGBA words, little endian, all opaque. */ pixels: Uint32Array;
  width: number;
  height: number;
}
/** Coverage [0, 256] of a dot's pixels, `side` x `side`. */
export interface Dot {
  side: number;
  coverage: Uint16Array;
}

/** A round dot of `radius` px with soft edge; `strength` below 1 lets the ground shine through. */
export function dotOf(radius: number, strength = 1): Dot {
  const side = 2 * Math.ceil(radius) + 1;
  const middle = (side - 1) / 2;
  return {
    side,
    coverage: Uint16Array.from({ length: side * side }, (_, i) => {
      const distance = Math.hypot((i % side) - middle, Math.floor(i / side) - middle);
      return Math.round(256 * strength * Math.min(1, Math.max(0, radius + 0.5 - distance)));
    }),
  };
}

/** `#rrggbb` as a word of the picture. */
export const wordOf = (colour: string): number => {
  const rgb = Number.parseInt(colour.slice(1, 7), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >>> 16)) >>> 0;
};

/** Blends a dot of colour `word` over the picture with its middle at (px, py); what lies outside is left out. */
export function paintDot(
  { pixels, width, height }: Picture,
  { side, coverage }: Dot,
  px: number,
  py: number,
  word: number,
): void {
  const [left, top] = [Math.round(px) - (side >> 1), Math.round(py) - (side >> 1)];
  if (left >= width || top >= height || left + side <= 0 || top + side <= 0) return;
  const [redBlue, green] = [word & 0xff00ff, word & 0xff00];
  for (let row = Math.max(0, -top); row < side && top + row < height; row++) {
    for (let column = Math.max(0, -left); column < side && left + column < width; column++) {
      const share = coverage[row * side + column]!;
      if (share === 0) continue;
      const at = (top + row) * width + left + column;
      const under = pixels[at]!;
      const rb = ((redBlue * share + (under & 0xff00ff) * (256 - share)) >>> 8) & 0xff00ff;
      const g = ((green * share + (under & 0xff00) * (256 - share)) >>> 8) & 0xff00;
      pixels[at] = 0xff000000 | rb | g;
    }
  }
}

export interface PaintedPoints {
  x: Float32Array;
  y: Float32Array;
  /** Per point, which of `words`. */ index: Uint16Array;
  words: Uint32Array;
}

/** Paints the points for which `among` holds; `ratio`: pixels of the picture to a px of the transform. */
export function paintPoints(
  picture: Picture,
  { x, y, index, words }: PaintedPoints,
  { scale, left, top }: MapTransform,
  ratio: number,
  dot: Dot,
  among: (i: number) => boolean,
): void {
  for (let i = 0; i < x.length; i++)
    if (among(i))
      paintDot(picture, dot, (left + scale * x[i]!) * ratio, (top - scale * y[i]!) * ratio, words[index[i]!]!);
}
