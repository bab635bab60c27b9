// TEST CODE. What can be seen: points in a picture of the map, colours in it.
import type { Locator } from 'playwright-core';
import sharp from 'sharp';

export interface Blob {
  x: number;
  y: number;
  area: number;
  colour: string;
}
interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

async function pictureOf(locator: Locator): Promise<Picture> {
  const { data, info } = await sharp(await locator.screenshot({ animations: 'disabled' }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

const hex = (data: Uint8Array, at: number): string =>
  `#${[0, 1, 2].map((c) => data[3 * at + c]!.toString(16).padStart(2, '0')).join('')}`;

/**
 * Connected areas that differ from the corner's colour, by their centres in the locator's box, largest first. Areas
 * inside `without` are left out.
 */
export async function blobsIn(
  locator: Locator,
  without: { x: number; y: number; width: number; height: number }[] = [],
): Promise<Blob[]> {
  const { width, height, data } = await pictureOf(locator);
  const corner = (width * (height - 4) + 4) * 3;
  const differs = (i: number): boolean => [0, 1, 2].some((c) => Math.abs(data[3 * i + c]! - data[corner + c]!) > 40);
  const seen = new Uint8Array(width * height);
  const found: Blob[] = [];
  for (let start = 0; start < width * height; start++) {
    if (seen[start] || !differs(start)) continue;
    const stack = [start];
    seen[start] = 1;
    let [sumX, sumY, area] = [0, 0, 0];
    while (stack.length > 0) {
      const i = stack.pop()!;
      const [x, y] = [i % width, Math.floor(i / width)];
      [sumX, sumY, area] = [sumX + x, sumY + y, area + 1];
      for (const [nx, ny] of [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const) {
        const n = ny * width + nx;
        if (nx < 0 || ny < 0 || nx >= width || ny >= height || seen[n] || !differs(n)) continue;
        seen[n] = 1;
        stack.push(n);
      }
    }
    const blob = {
      x: sumX / area,
      y: sumY / area,
      area,
      colour: hex(data, Math.round(sumY / area) * width + Math.round(sumX / area)),
    };
    if (
      area > 12 &&
      !without.some(
        (box) =>
          blob.x > box.x - 8 && blob.x < box.x + box.width + 8 && blob.y > box.y - 8 && blob.y < box.y + box.height + 8,
      )
    )
      found.push(blob);
  }
  return found.sort((a, b) => b.area - a.area);
}

/** How many pixels of the locator's picture are close to a colour. */
export async function pixelsOf(locator: Locator, colour: string, tolerance = 24): Promise<number> {
  const { width, height, data } = await pictureOf(locator);
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  let count = 0;
  for (let i = 0; i < width * height; i++)
    if (wanted.every((value, c) => Math.abs(data[3 * i + c]! - value) <= tolerance)) count++;
  return count;
}

/**
 * How many different colours a canvas holds, and a number that changes with its pixels. Only for 2D canvases, which can
 * be read.
 */
export function canvasContent(canvas: Locator): Promise<{ colours: number; sum: number }> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const pixels = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data;
    const colours = new Set<number>();
    let sum = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      const colour = (pixels[i]! << 16) | (pixels[i + 1]! << 8) | pixels[i + 2]!;
      colours.add(colour);
      sum = (Math.imul(sum, 31) + colour) >>> 0;
    }
    return { colours: colours.size, sum };
  });
}

/** The pixels of a 2D canvas, red, green, blue and opacity of each, row by row. */
export async function canvasBytes(canvas: Locator): Promise<Uint8Array> {
  const base64 = await canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const pixels = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height).data;
    let text = '';
    for (let i = 0; i < pixels.length; i += 8192) text += String.fromCharCode(...pixels.subarray(i, i + 8192));
    return btoa(text);
  });
  return Buffer.from(base64, 'base64');
}
