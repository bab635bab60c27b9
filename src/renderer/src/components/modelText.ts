// Models in words: sizes, speed, time, what they were trained on, and the groups they are listed in.
import type { Model } from '../../../shared/contract/model.ts';

export const sizeText = (bytes: number | null): string | null =>
  bytes === null
    ? null
    : bytes >= 1e9
      ? `${(bytes / 1e9).toFixed(2)} GB`
      : `${Math.max(1, Math.round(bytes / 1e6))} MB`;

/** A time that is an estimate: `about 40 s`, `about 5 min`, `about 3 h`. */
export function timeText(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds / 3600)} h`;
}

export function speedText({ speed }: Pick<Model, 'speed'>): string {
  if (!speed) return 'not measured yet: it is when it embeds';
  const { clipsPerSecond, clips } = speed;
  const rate =
    clipsPerSecond >= 1
      ? `${clipsPerSecond.toFixed(1)} clips per second`
      : `${(1 / clipsPerSecond).toFixed(1)} s a clip`;
  return `${rate}, measured on ${clips} clips`;
}

export const trainedOnText: Record<Model['trainedOn'], string> = {
  drawn: 'Drawn scenes of the demo only: it tells real sounds and pictures apart poorly',
  real: 'Recorded video with sound',
  pictures: 'Photographs, without sound',
  nothing: 'Nothing: random weights',
  unknown: 'Not said in the file',
};

export const variantText: Record<Model['variant'], string> = {
  'cav-mae': 'CAV-MAE: contrastive and masked',
  cav: 'CAV: contrastive only',
  'av-mae': 'AV-MAE: joint encoder only',
  'mae-audio': 'Audio MAE',
  'mae-visual': 'Visual MAE',
};

export const groups = ['Yours', 'Comes with the application', 'Published by the authors', 'For comparison'] as const;
export function groupOf({ origin }: Pick<Model, 'origin'>): (typeof groups)[number] {
  return { own: groups[0], shipped: groups[1], official: groups[2], random: groups[3] }[origin];
}

/** Input sizes and width, e.g. `192 wide · 10.2 s of sound · 224 px`. */
export function sizesText({ embedDim, audioLength, imgSize, parameters }: Model): string {
  return [
    parameters === null ? null : `${(parameters / 1e6).toFixed(parameters < 1e7 ? 1 : 0)} M parameters`,
    embedDim === null ? null : `${embedDim} wide`,
    audioLength === null ? null : `${(audioLength / 100).toFixed(1)} s of sound`,
    imgSize === null ? null : `${imgSize} px pictures`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The model that a collection of recorded video should use: one of that kind that is there, else the recommended download. */
export function modelForRealVideo(models: readonly Model[]): Model | null {
  const fit = models.filter(({ trainedOn, hasDecoder, trained }) => trainedOn === 'real' && hasDecoder && trained);
  return fit.find(({ state }) => state === 'ready') ?? fit.find(({ id }) => id === 'scale-plus-plus') ?? fit[0] ?? null;
}
