// Sizes of a CAV-MAE or CAV-MAE Sync and what is trained with it (paper section 2 and appendix B; names as in the
// references' constructors).
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
  /** Sync: frames of a clip, each with its own segment of the sound; 0: one sound for all frames, as in CAV-MAE. */
  alignedFrames: number;
  /** Sync: a learned token per modality that carries the contrastive loss. */
  clsToken: boolean;
  /** Sync: learned register tokens R per modality, dropped after E_a and E_v. */
  registerTokens: number;
  /** Sync: two more blocks per contrastive stream, after E_j. */
  contrastiveHeads: boolean;
  /** Sync: the registers stay in after E_a and E_v. No released model. */
  keepRegisters: boolean;
  /** Sync: contrast on class tokens and on mean patch tokens, averaged. */
  globalLocal: boolean;
}

const paper = {
  audioLength: 1024,
  imgSize: 224,
  mlpRatio: 4,
  variant: 'cav-mae',
  normPixLoss: true,
  alignedFrames: 0,
  clsToken: false,
  registerTokens: 0,
  contrastiveHeads: false,
  keepRegisters: false,
  globalLocal: false,
} as const;

/** What the released CAV-MAE Sync adds to a size: 4.16 s of sound around each of sixteen frames. */
export const syncOptions = { audioLength: 416, alignedFrames: 16, clsToken: true, registerTokens: 8 } as const;

/** Blocks of one contrastive head. */
export const CONTRASTIVE_HEAD_DEPTH = 2;
/** Fbank frames a second: the hop is 10 ms. */
export const FBANK_RATE_HZ = 100;

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

/** Width of an attention head in the encoder and in the decoder, the same in every published size. */
const HEAD_WIDTH = { encoder: 64, decoder: 32 } as const;

/**
 * Heads of a width whose checkpoint does not say: 64 values a head in the encoder, 32 in the decoder.
 * @throws EngineError CHECKPOINT_MISMATCH for a width that is no multiple: nothing tells its heads.
 */
export function headsOfWidth(width: number, part: keyof typeof HEAD_WIDTH): number {
  const heads = width / HEAD_WIDTH[part];
  if (Number.isInteger(heads)) return heads;
  throw new EngineError(
    'CHECKPOINT_MISMATCH',
    `the number of heads of the ${part} is not in the checkpoint, and its width of ${width} is no multiple of ${HEAD_WIDTH[part]}`,
    {
      field: part === 'encoder' ? 'numHeads' : 'decoderNumHeads',
      hint: 'Put a config.json with num_heads and decoder_num_heads beside the file.',
    },
  );
}

/** Whether the model has contrastive streams with LayerNorms of their own. */
export const isContrastive = ({ variant }: Pick<CavMaeConfig, 'variant'>): boolean =>
  variant === 'cav-mae' || variant === 'cav';
/** Whether the model looks at sound, at pictures. */
export const hearsSound = ({ variant }: Pick<CavMaeConfig, 'variant'>): boolean => variant !== 'mae-visual';
export const seesPictures = ({ variant }: Pick<CavMaeConfig, 'variant'>): boolean => variant !== 'mae-audio';
/** Whether each frame has a sound segment of its own (CAV-MAE Sync). */
export const isSync = ({ alignedFrames }: Pick<CavMaeConfig, 'alignedFrames'>): boolean => alignedFrames > 0;

/** Seconds of a clip that the model looks at, to a tenth of a second: Sync's segments are spread over ten. */
export const windowOf = (config: Pick<CavMaeConfig, 'audioLength' | 'alignedFrames'>): number =>
  isSync(config) ? 10 : Math.floor((config.audioLength / FBANK_RATE_HZ) * 2) / 2;

/** The same model with the depth its variant has: vanilla AV-MAE is one encoder over both modalities. */
export function ofVariant(config: CavMaeConfig, variant: Variant): CavMaeConfig {
  const { specificDepth, jointDepth } = config;
  if (variant !== 'av-mae' || specificDepth === 0) return { ...config, variant };
  return { ...config, variant, specificDepth: 0, jointDepth: specificDepth + jointDepth };
}

/** `small`, or `small-sync` for a CAV-MAE Sync of that size. @throws EngineError BAD_INPUT naming the sizes there are. */
export function configOfSize(name: string): CavMaeConfig {
  const sync = name.endsWith('-sync');
  const size = sync ? name.slice(0, -'-sync'.length) : name;
  if (!Object.hasOwn(sizes, size))
    throw new EngineError('BAD_INPUT', `there is no model size "${name}"`, {
      field: 'size',
      hint: `Sizes: ${Object.keys(sizes).join(', ')}, each with -sync behind it for CAV-MAE Sync.`,
    });
  return { ...sizes[size as Size], ...(sync && syncOptions) };
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

function checkVariant(config: CavMaeConfig, fail: (field: string, why: string) => never): void {
  const { variant, specificDepth, alignedFrames, registerTokens } = config;
  if (variant === 'av-mae' && specificDepth > 0)
    fail('specificDepth', `is ${specificDepth}; variant av-mae has one encoder for both modalities and needs 0`);
  for (const field of ['alignedFrames', 'registerTokens'] as const)
    if (!(config[field] >= 0) || !Number.isInteger(config[field]))
      fail(field, `is ${config[field]}, a whole number is needed`);
  if (!isContrastive(config) && (alignedFrames || registerTokens || config.clsToken || config.contrastiveHeads))
    fail('variant', `is ${variant}; aligned segments, class and register tokens need a contrastive model`);
  if (config.globalLocal && !config.clsToken) fail('globalLocal', 'needs class tokens');
}

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
  checkVariant(config, fail);
  return config;
}
