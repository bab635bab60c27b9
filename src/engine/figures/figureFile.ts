// The figure of a reconstruction, drawn from one plan: SVG with sharp text, and PNG at twice its size.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import {
  captionData,
  figureCaption,
  figurePlan,
  type FigureFacts,
  type FigureModel,
} from '../../shared/figures/figurePlan.ts';
import { figureSvg } from '../../shared/figures/figureSvg.ts';
import { dataUrl, picturePng } from './picturePng.ts';

/** @param models at least one */
export async function figureDocument(
  models: readonly FigureModel[],
  facts: FigureFacts,
): Promise<{ svg: string; width: number }> {
  const plan = figurePlan(models);
  const pngs = await Promise.all(plan.tiles.map(async ({ picture }) => dataUrl('png', await picturePng(picture))));
  return figureSvg(plan, pngs, figureCaption(models, facts), captionData(models, facts));
}

/** Writes `figure.svg` and `figure.png`. */
export async function writeFigure(
  folder: string,
  models: readonly FigureModel[],
  facts: FigureFacts,
): Promise<string[]> {
  const { svg, width } = await figureDocument(models, facts);
  const files = [path.join(folder, 'figure.svg'), path.join(folder, 'figure.png')] as const;
  await writeFile(files[0], svg);
  await sharp(Buffer.from(svg), { unlimited: true, limitInputPixels: false })
    .resize({ width: width * 2 })
    .png()
    .toFile(files[1]);
  return [...files];
}
