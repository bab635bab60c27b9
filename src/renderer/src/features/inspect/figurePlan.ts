// The workbench's pictures as one figure: where each goes, its title and its units. Sound to the left under one time axis, pictures to the right.
import { audioGrid, errorPicture, errorScale, gridOf, maskedPicture, pastedPicture, truePicture, visualGrid } from './pictures.ts';
import type { Modality, Picture } from './pictures.ts';
import type { Shown, Side } from './reconstructionSide.ts';

export interface FigureTile { title: string; picture: Picture; x: number; y: number; modality: Modality }
/** Whole pixels; `axes` are the time axes in seconds below a column of sound tiles. */
export interface FigurePlan { width: number; height: number; tiles: FigureTile[]; axes: { x: number; y: number; width: number; seconds: number }[]; captionY: number }

const [margin, gap, titleHeight, axisHeight, captionHeight] = [24, 14, 20, 22, 80];

function picturesOf(modality: Modality, { original, predicted, mask, error, loss }: Side, predictedOnly: boolean): { title: string; picture: Picture }[] {
  const lossText = loss === null ? '' : `, loss ${loss.toFixed(3)}`;
  return [
    { title: 'Original', picture: truePicture(original) }, { title: 'Masked', picture: maskedPicture(original, mask, modality) },
    { title: `${predictedOnly ? 'Predicted' : 'Reconstructed'}${lossText}`, picture: predictedOnly ? truePicture(predicted) : pastedPicture(original, predicted, mask, modality) },
    { title: 'Error per hidden patch', picture: errorPicture(original, error, mask, modality, errorScale(error, mask)) },
  ];
}

export function figurePlan({ A, V }: Shown, predictedOnly: boolean): FigurePlan {
  const tiles: FigureTile[] = [];
  const axes: FigurePlan['axes'] = [];
  let [right, bottom] = [margin, margin];
  if (A) {
    picturesOf('A', A, predictedOnly).forEach((tile, k) => tiles.push({ ...tile, title: k === 0 ? `${tile.title} (log-mel, 0 to 8 kHz)` : tile.title, modality: 'A', x: margin, y: margin + titleHeight + k * (audioGrid.height + titleHeight + gap) }));
    bottom = margin + 4 * (audioGrid.height + titleHeight + gap) - gap + axisHeight;
    axes.push({ x: margin, y: bottom - axisHeight, width: audioGrid.width, seconds: audioGrid.width / 100 });
    right = margin + audioGrid.width + 2 * gap;
  }
  if (V) {
    picturesOf('V', V, predictedOnly).forEach((tile, k) => tiles.push({ ...tile, modality: 'V', x: right + (k % 2) * (visualGrid.width + gap), y: margin + titleHeight + Math.floor(k / 2) * (visualGrid.height + titleHeight + gap) }));
    bottom = Math.max(bottom, margin + 2 * (visualGrid.height + titleHeight + gap) - gap);
    right += 2 * visualGrid.width + gap;
  } else right -= 2 * gap;
  return { width: right + margin, height: bottom + captionHeight + margin, tiles, axes, captionY: bottom + gap };
}

/** What a reader needs to make the figure again. */
export function figureCaption(shown: Shown, { clip, model, frame, masking }: { clip: string; model: string; frame: number; masking: string }): string[] {
  const hidden = (['A', 'V'] as const).flatMap((modality) => {
    const side = shown[modality];
    return side ? [`${side.mask.reduce((sum, value) => sum + value, 0)} of ${gridOf(modality).rows * gridOf(modality).columns} ${modality === 'A' ? 'sound' : 'picture'} patches`] : [];
  });
  return [
    `${clip}, frame ${frame + 1} of 10. Model: ${model}.`, `Mask: ${masking}; ${hidden.join(' and ')} hidden. Loss: mean squared error over hidden patches${shown.perPatchStatistics ? ', each normalised by its own mean and spread' : ''}.`,
    ...(shown.A && shown.A.frames < audioGrid.width ? [`The sound ends after ${(shown.A.frames / 100).toFixed(2)} s; what follows is padding.`] : []),
    ...(shown.perPatchStatistics ? ['Predictions are painted with each hidden patch’s own mean and spread, taken from the original.'] : []),
  ];
}
