// A model's configuration from what a checkpoint says of itself: its own record, else its tensors' shapes with the paper's head counts.
import { EngineError } from '../../shared/engineError.ts';
import { checkConfig, MEL_BINS, PATCH, sizes, type CavMaeConfig, type Variant } from './config.ts';

export type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const variants: readonly Variant[] = ['cav-mae', 'cav', 'av-mae', 'mae-audio', 'mae-visual'];

/** Counts `prefix.0.`, `prefix.1.`, … */
function depthOf(shapes: Shapes, prefix: string): number {
  let depth = 0;
  while (shapes.has(`${prefix}.${depth}.norm1.weight`)) depth++;
  return depth;
}

/**
 * Configuration of a CAVMAE or CAVMAEFT state_dict (keys without `module.`).
 * @param record fields as we write them (camelCase) or as the reference's `config.json` has them (snake_case); wins where given, but
 *   what the shapes fix must agree. A finetuned checkpoint holds no decoder: its decoder sizes come from the record, else from `base`.
 * @throws EngineError CHECKPOINT_MISMATCH when the tensors are not those of a CAV-MAE or contradict the record.
 */
export function configOfCheckpoint(shapes: Shapes, record: Record<string, unknown> | null = null): CavMaeConfig {
  const dim = (name: string, axis: number): number => {
    const size = shapes.get(name)?.shape[axis];
    if (size === undefined)
      throw new EngineError('CHECKPOINT_MISMATCH', `this is not a CAV-MAE checkpoint: it has no tensor ${name}`, {
        field: name,
      });
    return size;
  };
  const given = (field: keyof CavMaeConfig): unknown => record?.[field] ?? record?.[snakeCase(field)];
  const number = (field: keyof CavMaeConfig, fallback: number): number => {
    const value = given(field);
    return typeof value === 'number' ? value : fallback;
  };
  const hasDecoder = shapes.has('decoder_embed.weight');
  const embedDim = dim('modality_a', 2);
  const fromShapes: Partial<CavMaeConfig> = {
    embedDim,
    audioLength: (dim('pos_embed_a', 1) * PATCH * PATCH) / MEL_BINS,
    imgSize: Math.round(Math.sqrt(dim('pos_embed_v', 1))) * PATCH,
    specificDepth: depthOf(shapes, 'blocks_a'),
    jointDepth: depthOf(shapes, 'blocks_u'),
    mlpRatio: dim('blocks_u.0.mlp.fc1.weight', 0) / embedDim,
    ...(hasDecoder && {
      decoderEmbedDim: dim('decoder_embed.weight', 0),
      decoderDepth: depthOf(shapes, 'decoder_blocks'),
    }),
  };
  for (const [field, value] of Object.entries(fromShapes)) {
    const said = given(field as keyof CavMaeConfig);
    if (typeof said === 'number' && said !== value) {
      throw new EngineError(
        'CHECKPOINT_MISMATCH',
        `the checkpoint's configuration says ${field} ${said}, its tensors say ${value}`,
        { field },
      );
    }
  }
  const variant = given('variant');
  const normPixLoss = given('normPixLoss');
  return checkConfig({
    ...sizes.base,
    decoderEmbedDim: number('decoderEmbedDim', sizes.base.decoderEmbedDim),
    decoderDepth: number('decoderDepth', sizes.base.decoderDepth),
    ...fromShapes,
    numHeads: number('numHeads', sizes.base.numHeads),
    decoderNumHeads: number('decoderNumHeads', sizes.base.decoderNumHeads),
    variant: variants.find((name) => name === variant) ?? sizes.base.variant,
    normPixLoss: typeof normPixLoss === 'boolean' ? normPixLoss : sizes.base.normPixLoss,
  });
}
