// The mask growing from nothing to everything and what the model still fills in, as an animated picture: one frame a
// ratio. Above the masked pictures, below the pasted ones; a bar tells the share that is hidden.
import sharp from 'sharp';
import { maskedPicture, pastedPicture, stripedPadding } from '../../shared/figures/pictures.ts';
import type { Modality } from '../../shared/signal/patchGrid.ts';
import type { Picture } from '../../shared/figures/pictures.ts';
import type { Pictured } from '../../shared/figures/reconstructionSide.ts';

export type AnimationFormat = 'webp' | 'gif';
export interface SweepFrame {
  ratio: number;
  pictured: Pictured;
}

const [gap, barHeight, holdMs, frameMs] = [8, 6, 1200, 180];
const paper = { r: 17, g: 20, b: 24 };
const bar = { r: 111, g: 177, b: 245 };

interface Sheet {
  width: number;
  height: number;
  pixels: Buffer;
}

function sheet(width: number, height: number): Sheet {
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i += 3) [pixels[i], pixels[i + 1], pixels[i + 2]] = [paper.r, paper.g, paper.b];
  return { width, height, pixels };
}

function put({ width, pixels }: Sheet, picture: Picture, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++)
      for (let c = 0; c < 3; c++)
        pixels[((top + y) * width + left + x) * 3 + c] = picture.pixels[(y * picture.width + x) * 4 + c]!;
  }
}

/** Columns of pictures, sound first: [masked, pasted] of each modality that is there. */
function columnsOf({ A, V }: Pictured): [Picture, Picture][] {
  return (
    [
      ['A', A],
      ['V', V],
    ] as const
  ).flatMap(([modality, side]: readonly [Modality, typeof A]) => {
    if (!side) return [];
    const quiet = (picture: Picture): Picture => (modality === 'A' ? stripedPadding(picture, side.frames) : picture);
    return [
      [
        quiet(maskedPicture(side.original, side.mask, modality)),
        quiet(pastedPicture(side.original, side.predicted, side.mask, modality)),
      ] as [Picture, Picture],
    ];
  });
}

function frameSheet({ ratio, pictured }: SweepFrame): Sheet {
  const columns = columnsOf(pictured);
  const width = gap + columns.reduce((sum, [masked]) => sum + masked.width + gap, 0);
  const tallest = Math.max(...columns.map(([masked]) => masked.height));
  const out = sheet(width, 3 * gap + 2 * tallest + barHeight + gap);
  let left = gap;
  for (const [masked, pasted] of columns) {
    const middle = Math.floor((tallest - masked.height) / 2);
    put(out, masked, left, gap + middle);
    put(out, pasted, left, 2 * gap + tallest + middle);
    left += masked.width + gap;
  }
  const top = out.height - gap - barHeight;
  for (let y = top; y < top + barHeight; y++) {
    for (let x = gap; x < width - gap; x++) {
      const colour = x - gap < ratio * (width - 2 * gap) ? bar : { r: 42, g: 48, b: 56 };
      [out.pixels[(y * width + x) * 3], out.pixels[(y * width + x) * 3 + 1], out.pixels[(y * width + x) * 3 + 2]] = [
        colour.r,
        colour.g,
        colour.b,
      ];
    }
  }
  return out;
}

/** @param frames at least one, of one clip. The first and the last are held. */
export async function maskSweepAnimation(frames: readonly SweepFrame[], format: AnimationFormat): Promise<Buffer> {
  const sheets = frames.map(frameSheet);
  const [{ width, height }] = sheets as [Sheet];
  const strip = sharp(Buffer.concat(sheets.map(({ pixels }) => pixels)), {
    raw: { width, height: height * sheets.length, channels: 3, pageHeight: height },
    limitInputPixels: false,
  });
  const delay = sheets.map((_, k) => (k === 0 || k === sheets.length - 1 ? holdMs : frameMs));
  return (format === 'gif' ? strip.gif({ delay, loop: 0 }) : strip.webp({ delay, loop: 0, quality: 80 })).toBuffer();
}
