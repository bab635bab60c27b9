// The workbench's figure as files: the SVG document that the command line writes too, and a PNG of it at twice its
// size.
import { captionData, figureCaption, figurePlan } from '../../../../../shared/figures/figurePlan.ts';
import type { FigureFacts, FigureModel } from '../../../../../shared/figures/figurePlan.ts';
import { figureSvg } from '../../../../../shared/figures/figureSvg.ts';
import type { Picture } from '../../../../../shared/figures/pictures.ts';

const scale = 2;

async function pngUrl({ width, height, pixels }: Picture): Promise<string> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return `data:image/png;base64,${btoa(binary)}`;
}

/** @param models at least one */
export async function figureFile(
  models: readonly FigureModel[],
  facts: FigureFacts,
): Promise<{ svg: string; width: number; height: number }> {
  const plan = figurePlan(models);
  const pngs = await Promise.all(plan.tiles.map(({ picture }) => pngUrl(picture)));
  return figureSvg(plan, pngs, figureCaption(models, facts), captionData(models, facts));
}

/** @throws where the browser cannot draw the document */
export async function figurePng({ svg, width, height }: { svg: string; width: number; height: number }): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width * scale, height * scale);
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(width * scale, height * scale);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Hands a file to the browser's (or Electron's) own download. */
export function offerFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
