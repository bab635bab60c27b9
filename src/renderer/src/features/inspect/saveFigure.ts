// A figure plan drawn at twice its size and offered as a PNG file.
import type { FigurePlan } from './figurePlan.ts';
import type { Picture } from './pictures.ts';

const [ink, quiet, paper, scale] = ['#111418', '#5a626c', '#ffffff', 2];

function canvasOf({ width, height, pixels }: Picture): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

export async function drawFigure({ width, height, tiles, axes, captionY }: FigurePlan, caption: readonly string[]): Promise<Blob> {
  const canvas = new OffscreenCanvas(width * scale, height * scale);
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.imageSmoothingEnabled = false;
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  const write = (text: string, x: number, y: number, font: string, colour: string): void => {
    [context.font, context.fillStyle] = [font, colour];
    context.fillText(text, x, y);
  };
  for (const { title, picture, x, y } of tiles) {
    write(title, x, y - 6, '600 12px system-ui, sans-serif', ink);
    context.drawImage(canvasOf(picture), x, y);
  }
  for (const { x, y, width: length, seconds } of axes) {
    for (let second = 0; second <= seconds; second++) write(second === Math.floor(seconds) ? `${second} s` : String(second), x + (second / seconds) * length, y + 15, '11px system-ui, sans-serif', quiet);
  }
  caption.forEach((line, k) => write(line, tiles[0]?.x ?? 24, captionY + 16 + k * 18, '12px system-ui, sans-serif', ink));
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Hands a file to the browser's (or Electron's) own download. */
export function offerFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
