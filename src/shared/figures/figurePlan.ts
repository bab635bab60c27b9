// A reconstruction's pictures as one figure: where each goes, its title and its units. Sound to the left under one time
// axis, pictures to the right. Several models on the same clip and mask share the original and the masked picture.
import { errorPicture, errorScale, maskedPicture, pastedPicture, stripedPadding, truePicture } from './pictures.ts';
import { patchSize } from '../signal/patchGrid.ts';
import type { Modality } from '../signal/patchGrid.ts';
import type { Picture } from './pictures.ts';
import type { Pictured, Side } from './reconstructionSide.ts';

/** One model's answer; the name is shown where there are several. */
export interface FigureModel {
  name: string;
  pictured: Pictured;
}
export interface FigureTile {
  title: string;
  picture: Picture;
  x: number;
  y: number;
  modality: Modality;
}
/**
 * Whole pixels. `axes`: the time axis in seconds below the sound's column; the last tile of each model ends at
 * `bottom`.
 */
export interface FigurePlan {
  width: number;
  tiles: FigureTile[];
  axes: { x: number; y: number; width: number; seconds: number }[];
  bottom: number;
}

export const [margin, gap, titleHeight, axisHeight, hzWidth] = [24, 14, 20, 22, 34];

/** Models are told apart by a letter where there are several. */
const letter = (k: number): string => String.fromCharCode(65 + k);
const lossText = (loss: number | null): string => (loss === null ? '' : `, loss ${loss.toFixed(3)}`);

function picturesOf(modality: Modality, models: readonly FigureModel[]): { title: string; picture: Picture }[] {
  const first = models[0]?.pictured[modality];
  if (!first) return [];
  const answers = models.flatMap(({ pictured }, k) => {
    const side: Side | null = pictured[modality];
    if (!side) return [];
    const { original, predicted, mask, error, loss } = side;
    const whose = models.length > 1 ? `, ${letter(k)}` : '';
    return [
      { title: `Pasted${whose}${lossText(loss)}`, picture: pastedPicture(original, predicted, mask, modality) },
      { title: `Reconstructed whole${whose}`, picture: truePicture(predicted) },
      {
        title: `Error per patch${whose}`,
        picture: errorPicture(original, error, mask, modality, errorScale(error, mask)),
      },
    ];
  });
  const all = [
    { title: 'Original', picture: truePicture(first.original) },
    { title: 'Masked', picture: maskedPicture(first.original, first.mask, modality) },
    ...answers,
  ];
  return modality === 'V'
    ? all
    : all.map(({ title, picture }) => ({ title, picture: stripedPadding(picture, first.frames) }));
}

/** @param models at least one; what the first has, all have */
export function figurePlan(models: readonly FigureModel[]): FigurePlan {
  const tiles: FigureTile[] = [];
  const axes: FigurePlan['axes'] = [];
  let [right, bottom] = [margin, margin];
  const sound = picturesOf('A', models);
  if (sound.length) {
    const x = margin + hzWidth;
    const { width, height } = sound[0]!.picture;
    sound.forEach((tile, k) =>
      tiles.push({
        ...tile,
        title: k === 0 ? `${tile.title} (log-mel, Hz)` : tile.title,
        modality: 'A',
        x,
        y: margin + titleHeight + k * (height + titleHeight + gap),
      }),
    );
    bottom = margin + sound.length * (height + titleHeight + gap) - gap + axisHeight;
    axes.push({ x, y: bottom - axisHeight, width, seconds: width / 100 });
    right = x + width + 2 * gap;
  }
  const seen = picturesOf('V', models);
  if (seen.length) {
    const { width, height } = seen[0]!.picture;
    const rowOf = (k: number): number => (k < 2 ? 0 : 1 + Math.floor((k - 2) / 3));
    const columnOf = (k: number): number => (k < 2 ? k : (k - 2) % 3);
    seen.forEach((tile, k) =>
      tiles.push({
        ...tile,
        modality: 'V',
        x: right + columnOf(k) * (width + gap),
        y: margin + titleHeight + rowOf(k) * (height + titleHeight + gap),
      }),
    );
    bottom = Math.max(bottom, margin + (rowOf(seen.length - 1) + 1) * (height + titleHeight + gap) - gap);
    right += 3 * width + 2 * gap;
  } else right -= 2 * gap;
  return { width: right + margin, tiles, axes, bottom };
}

/** What was asked for, as a caption tells it. */
export interface FigureFacts {
  clip: string;
  frame: number;
  masking: string;
}

/** What a reader needs to make the figure again. */
export function figureCaption(models: readonly FigureModel[], { clip, frame, masking }: FigureFacts): string[] {
  const first = models[0]!.pictured;
  const hidden = (['A', 'V'] as const).flatMap((modality) => {
    const side = first[modality];
    return side
      ? [
          `${side.mask.reduce((sum, value) => sum + value, 0)} of ${side.mask.length} ${modality === 'A' ? 'sound' : 'picture'} patches`,
        ]
      : [];
  });
  const normalised = models.flatMap(({ pictured }, k) => (pictured.perPatchStatistics ? [letter(k)] : []));
  const which = normalised.length < models.length ? ` (${normalised.join(', ')})` : '';
  return [
    `${clip}, frame ${frame + 1} of 10. Model${models.length > 1 ? 's' : ''}: ${models.map(({ name }, k) => (models.length > 1 ? `${letter(k)} ${name}` : name)).join('; ')}.`,
    `Mask: ${masking}; ${hidden.join(' and ')} hidden. Loss: mean squared error over hidden patches${normalised.length ? `, each normalised by its own mean and spread${which}` : ''}.`,
    ...(first.A && first.A.frames < first.A.original.width
      ? [`The sound ends after ${(first.A.frames / 100).toFixed(2)} s; what follows, striped, is padding.`]
      : []),
    ...(normalised.length
      ? [`Predictions are painted with each hidden patch’s own mean and spread, taken from the original${which}.`]
      : []),
  ];
}

/** The same for programs, kept inside the figure. */
export function captionData(models: readonly FigureModel[], facts: FigureFacts): Record<string, unknown> {
  const removed = (modality: Modality): number | null =>
    models[0]!.pictured[modality]?.mask.reduce((sum, value) => sum + value, 0) ?? null;
  return {
    ...facts,
    patchesHidden: { sound: removed('A'), picture: removed('V') },
    patchSize,
    models: models.map(({ name, pictured }) => ({
      name,
      lossAudio: pictured.A?.loss ?? null,
      lossVisual: pictured.V?.loss ?? null,
      perPatchStatistics: pictured.perPatchStatistics,
    })),
  };
}
