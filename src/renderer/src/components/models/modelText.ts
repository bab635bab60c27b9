// Models in words: sizes, speed, time, what they were trained on, and the groups they are listed in.
import { percentText } from '../../../../shared/percentText.ts';
import type { EmbeddingSet, Model } from '../../../../shared/contract/model.ts';

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

const deviceText: Record<NonNullable<EmbeddingSet['device']>, string> = {
  cpu: 'the CPU',
  webgpu: 'the GPU by WebGPU',
  coreml: 'the GPU by Core ML',
  dml: 'the GPU by DirectML',
  cuda: 'the GPU by CUDA',
};

/** How a set's vectors were computed, e.g. `int8 on the CPU`. */
export const computedText = ({ precision, device }: Pick<EmbeddingSet, 'precision' | 'device'>): string =>
  device === null ? precision : `${precision} on ${deviceText[device]}`;

/** How far a set's vectors are from float32 on the CPU. */
export function agreementText({ precision, device, agreement }: EmbeddingSet): string {
  if (!agreement)
    return precision === 'float32' && device === 'cpu'
      ? 'what other ways of computing are compared with'
      : 'not compared with float32 on the CPU';
  const { clips, leastCosine, neighbours, neighboursEach, timesFaster } = agreement;
  return [
    neighbours === null ? null : `${percentText(neighbours, 1)} of the ${neighboursEach} nearest neighbours of float32`,
    `cosine at least ${leastCosine.toFixed(4)}`,
    `${timesFaster.toFixed(1)} times as fast`,
    `over ${clips} clips`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** How an official model's file was checked; null for others and for files of an earlier version. */
export function verifiedText({ origin, path, verified }: Pick<Model, 'origin' | 'path' | 'verified'>): string | null {
  if (origin !== 'official' || path === null) return null;
  if (!verified) return 'By the shapes of its tensors; its hash was not kept';
  return verified.published
    ? 'By the SHA-256 that its authors publish'
    : 'By its length, the checksums of its records and the shapes of its tensors. Its authors publish no hash: the one below is of the file that came';
}
