// Sizes of a CAV-MAE and what is trained with it (paper section 2 and appendix B; names as in the reference's constructor).
import { EngineError } from '../../shared/engineError.ts';
import { melBands, patchSize } from '../../shared/signal/patchGrid.ts';

/** Side of a square patch, in pixels and in spectrogram cells. */
export const PATCH = patchSize;
/** Mel bins M of the fbank. */
export const MEL_BINS = melBands;
/** LayerNorm's eps, everywhere. Vision-MAE, whose weights the paper starts from, uses 1e-6. */
export const LAYER_NORM_EPS = 1e-5;

export type Variant = 'cav-mae' | 'cav' | 'av-mae' | 'mae-audio' | 'mae-visual';

export interface CavMaeConfig {
  /** Fbank frames T of the audio input; a multiple of 16. */
  audioLength: number;
  /** Side of the square image, in pixels; a multiple of 16. */
  imgSize: number;
  /** Width D of the encoder. */
  embedDim: number;
  /** Blocks in E_a and in E_v. */
  specificDepth: number;
  /** Blocks in E_j. */
  jointDepth: number;
  numHeads: number;
  decoderEmbedDim: number;
  decoderDepth: number;
  decoderNumHeads: number;
  mlpRatio: number;
  variant: Variant;
  /** True: targets are patches normalised by their own mean and deviation. */
  normPixLoss: boolean;
}

const paper = { audioLength: 1024, imgSize: 224, mlpRatio: 4, variant: 'cav-mae', normPixLoss: true } as const;

/** `base` is the paper's; `small` and `tiny` keep its input and shape of computation at a fraction of the width. */
export const sizes = {
  base: {
    ...paper,
    embedDim: 768,
    specificDepth: 11,
    jointDepth: 1,
    numHeads: 12,
    decoderEmbedDim: 512,
    decoderDepth: 8,
    decoderNumHeads: 16,
  },
  small: {
    ...paper,
    embedDim: 192,
    specificDepth: 4,
    jointDepth: 1,
    numHeads: 6,
    decoderEmbedDim: 128,
    decoderDepth: 2,
    decoderNumHeads: 4,
  },
  tiny: {
    ...paper,
    embedDim: 64,
    specificDepth: 2,
    jointDepth: 1,
    numHeads: 4,
    decoderEmbedDim: 32,
    decoderDepth: 2,
    decoderNumHeads: 4,
  },
} as const satisfies Record<string, CavMaeConfig>;
export type Size = keyof typeof sizes;

/** @throws EngineError BAD_INPUT naming the sizes there are. */
export function configOfSize(name: string): CavMaeConfig {
  if (!Object.hasOwn(sizes, name))
    throw new EngineError('BAD_INPUT', `there is no model size "${name}"`, {
      field: 'size',
      hint: `Sizes: ${Object.keys(sizes).join(', ')}.`,
    });
  return { ...sizes[name as Size] };
}

/** Audio patch grid [mel rows, time columns]: 8 x 64 for 128 x 1024. Token index = row * columns + column. */
export const gridA = (config: CavMaeConfig): [number, number] => [MEL_BINS / PATCH, config.audioLength / PATCH];
/** Image patch grid [rows, columns]. */
export const gridV = (config: CavMaeConfig): [number, number] => [config.imgSize / PATCH, config.imgSize / PATCH];
export const tokensA = (config: CavMaeConfig): number => (MEL_BINS / PATCH) * (config.audioLength / PATCH);
export const tokensV = (config: CavMaeConfig): number => (config.imgSize / PATCH) ** 2;
/** Values per audio patch, 16 * 16. */
export const PATCH_VALUES_A = PATCH * PATCH;
/** Values per image patch, 16 * 16 * 3. */
export const PATCH_VALUES_V = PATCH * PATCH * 3;

/** @throws EngineError BAD_INPUT naming the field that cannot be. */
export function checkConfig(config: CavMaeConfig): CavMaeConfig {
  const fail = (field: string, why: string): never => {
    throw new EngineError('BAD_INPUT', `model configuration: ${field} ${why}`, { field });
  };
  const counts = [
    'audioLength',
    'imgSize',
    'embedDim',
    'jointDepth',
    'numHeads',
    'decoderEmbedDim',
    'decoderDepth',
    'decoderNumHeads',
    'mlpRatio',
  ] as const;
  for (const field of counts)
    if (!(config[field] > 0) || !Number.isInteger(config[field]))
      fail(field, `is ${config[field]}, a positive whole number is needed`);
  if (!(config.specificDepth >= 0) || !Number.isInteger(config.specificDepth))
    fail('specificDepth', `is ${config.specificDepth}, a whole number is needed`);
  for (const field of ['audioLength', 'imgSize'] as const)
    if (config[field] % PATCH) fail(field, `is ${config[field]}, a multiple of ${PATCH} is needed`);
  for (const [width, heads] of [
    ['embedDim', 'numHeads'],
    ['decoderEmbedDim', 'decoderNumHeads'],
  ] as const) {
    if (config[width] % config[heads])
      fail(heads, `is ${config[heads]}, which does not divide ${width} ${config[width]}`);
    if (config[width] % 4) fail(width, `is ${config[width]}, a multiple of 4 is needed by the sin-cos tables`);
  }
  return config;
}
