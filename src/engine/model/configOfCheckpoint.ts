// A model's configuration from what a checkpoint says of itself: its own record, else its tensors' shapes, with heads
// as wide as in the published sizes. CAV-MAE Sync is told by its class tokens, its register tokens or its record.
import { EngineError } from '../../shared/engineError.ts';
import {
  checkConfig,
  headsOfWidth,
  MEL_BINS,
  PATCH,
  sizes,
  syncOptions,
  type CavMaeConfig,
  type Variant,
} from './config.ts';

export type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const variants: readonly Variant[] = ['cav-mae', 'cav', 'av-mae', 'mae-audio', 'mae-visual'];

/** CAV-MAE Sync's constructor names these differently. */
const syncNames: Partial<Record<keyof CavMaeConfig, string>> = {
  alignedFrames: 'total_frame',
  registerTokens: 'num_register_tokens',
  keepRegisters: 'keep_register_tokens',
  globalLocal: 'global_local_losses',
};

/** Counts `prefix.0.`, `prefix.1.`, … */
function depthOf(shapes: Shapes, prefix: string): number {
  let depth = 0;
  while (shapes.has(`${prefix}.${depth}.norm1.weight`)) depth++;
  return depth;
}

type Known = Partial<CavMaeConfig> & Pick<CavMaeConfig, 'embedDim'>;

/** What the tensors fix. @throws EngineError CHECKPOINT_MISMATCH when they are not those of a CAV-MAE */
function configOfShapes(shapes: Shapes): Known {
  const dim = (name: string, axis: number): number => {
    const size = shapes.get(name)?.shape[axis];
    if (size === undefined)
      throw new EngineError('CHECKPOINT_MISMATCH', `this is not a CAV-MAE checkpoint: it has no tensor ${name}`, {
        field: name,
      });
    return size;
  };
  const embedDim = dim('modality_a', 2);
  return {
    embedDim,
    audioLength: (dim('pos_embed_a', 1) * PATCH * PATCH) / MEL_BINS,
    imgSize: Math.round(Math.sqrt(dim('pos_embed_v', 1))) * PATCH,
    specificDepth: depthOf(shapes, 'blocks_a'),
    jointDepth: depthOf(shapes, 'blocks_u'),
    clsToken: shapes.has('cls_token_a'),
    registerTokens: (shapes.get('register_tokens')?.shape[0] ?? 0) / 2,
    contrastiveHeads: shapes.has('constrative_head_audio.0.norm1.weight'),
    mlpRatio: dim('blocks_u.0.mlp.fc1.weight', 0) / embedDim,
    ...(shapes.has('decoder_embed.weight') && {
      decoderEmbedDim: dim('decoder_embed.weight', 0),
      decoderDepth: depthOf(shapes, 'decoder_blocks'),
    }),
  };
}

/**
 * Configuration of a CAVMAE or CAVMAEFT state_dict (keys without `module.`).
 * @param record fields as we write them (camelCase) or as the reference's `config.json` has them (snake_case); wins
 * where given, but
 *   what the shapes fix must agree. A finetuned checkpoint holds no decoder: its decoder sizes come from the record, else from `base`.
 * @throws EngineError CHECKPOINT_MISMATCH when the tensors are not those of a CAV-MAE or contradict the record.
 */
export function configOfCheckpoint(shapes: Shapes, record: Record<string, unknown> | null = null): CavMaeConfig {
  const given = (field: keyof CavMaeConfig): unknown =>
    record?.[field] ?? record?.[snakeCase(field)] ?? record?.[syncNames[field] ?? ''];
  const number = (field: keyof CavMaeConfig, fallback: number): number => {
    const value = given(field);
    return typeof value === 'number' ? value : fallback;
  };
  const yes = (field: keyof CavMaeConfig, fallback: boolean): boolean => {
    const value = given(field);
    return typeof value === 'boolean' ? value : fallback;
  };
  const fromShapes = configOfShapes(shapes);
  for (const [field, value] of Object.entries(fromShapes)) {
    const said = given(field as keyof CavMaeConfig);
    if (said !== undefined && typeof said === typeof value && said !== value) {
      throw new EngineError(
        'CHECKPOINT_MISMATCH',
        `the checkpoint's configuration says ${field} ${said}, its tensors say ${value}`,
        { field },
      );
    }
  }
  const sync = fromShapes.clsToken || fromShapes.registerTokens || record?.model === 'cav-mae-sync';
  const decoderEmbedDim = fromShapes.decoderEmbedDim ?? number('decoderEmbedDim', sizes.base.decoderEmbedDim);
  const variant = given('variant');
  return checkConfig({
    ...sizes.base,
    decoderDepth: number('decoderDepth', sizes.base.decoderDepth),
    ...fromShapes,
    decoderEmbedDim,
    numHeads: number('numHeads', 0) || headsOfWidth(fromShapes.embedDim, 'encoder'),
    decoderNumHeads: number('decoderNumHeads', 0) || headsOfWidth(decoderEmbedDim, 'decoder'),
    variant: variants.find((name) => name === variant) ?? sizes.base.variant,
    normPixLoss: yes('normPixLoss', sizes.base.normPixLoss),
    alignedFrames: number('alignedFrames', sync ? syncOptions.alignedFrames : 0),
    keepRegisters: yes('keepRegisters', false),
    globalLocal: yes('globalLocal', false),
  });
}
