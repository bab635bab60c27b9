// Where a pretraining starts from: fresh weights of a size, or a checkpoint, which brings its own variant, sizes and
// memory plan.
import type { JobParams } from '../../../shared/contract/jobKinds.ts';
import type { Variant } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { parseRandomModel, resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { inspectCheckpoint } from '../../checkpoint/inspectCheckpoint.ts';
import { configOfSize, ofVariant, sizes, type CavMaeConfig } from '../../model/config.ts';
import type { EngineContext } from '../engineContext.ts';

export interface PretrainStart {
  /** A checkpoint's path, or null for fresh weights of `size`. */
  path: string | null;
  /** Of fresh weights; of a checkpoint its width, in words. */
  size: string;
  config: CavMaeConfig;
}

type Asked = { variant?: Variant | undefined; size?: string | undefined; config?: JobParams<'pretrain'>['config'] };

/** The configuration in a checkpoint, and whether its variant may still be chosen because nothing trained it yet. */
async function startOfFile(path: string): Promise<{ config: CavMaeConfig; free: boolean }> {
  const contents = await inspectCheckpoint(path);
  if (contents.kind === 'vision-mae') return { config: sizes.base, free: true };
  if (!contents.config)
    throw new EngineError('CHECKPOINT_MISMATCH', contents.problem ?? 'this is not a CAV-MAE checkpoint', { path });
  return { config: contents.config as unknown as CavMaeConfig, free: contents.trained === false };
}

/**
 * @throws EngineError BAD_INPUT for a variant or size that a trained checkpoint contradicts; NOT_FOUND,
 * CHECKPOINT_MISMATCH as the
 *   checkpoint's reader
 */
export async function pretrainStart(
  { workspace }: Pick<EngineContext, 'workspace'>,
  modelId: string | null,
  { variant, size, config = {} }: Asked,
): Promise<PretrainStart> {
  const resolved = modelId === null ? null : resolveModel(workspace, modelId);
  const random = resolved === null ? null : parseRandomModel(resolved);
  if (resolved === null || random) {
    const name = random?.size ?? size ?? 'small';
    return { path: null, size: name, config: ofVariant({ ...configOfSize(name), ...config }, variant ?? 'cav-mae') };
  }
  const { config: own, free } = await startOfFile(resolved);
  if (variant && variant !== own.variant && (!free || variant === 'av-mae'))
    throw new EngineError('BAD_INPUT', `the checkpoint is of variant ${own.variant}; it cannot go on as ${variant}`, {
      field: 'variant',
      hint: 'Leave the variant out, or start a new model.',
    });
  return {
    path: resolved,
    size: `${own.embedDim}-wide`,
    config: { ...own, ...config, variant: variant ?? own.variant },
  };
}

/**
 * Clips computed at once, and whether blocks are recomputed: the base size needs about 1.5 GB for each clip otherwise.
 */
export function memoryPlan({ embedDim }: Pick<CavMaeConfig, 'embedDim'>): {
  microBatch: number;
  checkpointBlocks: boolean;
} {
  const large = embedDim >= 512;
  return { microBatch: large ? 4 : embedDim > 256 ? 8 : 32, checkpointBlocks: large };
}

/**
 * Options that a variant would take and not look at. Presets may hold any; a person's own choice is refused rather than
 * ignored.
 * @throws EngineError BAD_INPUT naming the option
 */
export function refuseUnusedOptions(variant: Variant, options: Record<string, unknown>): void {
  const refuse = (field: string, why: string): never => {
    throw new EngineError('BAD_INPUT', `${field} has no effect: ${why}`, { field, hint: `Leave ${field} out.` });
  };
  const given = (field: string) => options[field] !== undefined;
  if (variant === 'av-mae') {
    if (given('maskRatioV')) refuse('maskRatioV', 'av-mae masks both modalities together, by maskRatioA');
    if (given('maskMode') && options.maskMode !== 'unstructured')
      refuse('maskMode', 'av-mae masks both modalities together, unstructured');
  }
  if (variant === 'mae-audio' && given('maskRatioV')) refuse('maskRatioV', 'the model sees no pictures');
  if (variant === 'mae-visual')
    for (const field of ['maskRatioA', 'maskMode', 'noise'])
      if (given(field)) refuse(field, 'the model hears no sound');
  if (variant !== 'cav-mae' && variant !== 'cav')
    for (const field of ['contrastLossWeight', 'bidirect', 'startTemperature', 'startCentring', 'contrastGroup'])
      if (given(field)) refuse(field, `${variant} has no contrastive loss`);
  if (variant === 'cav' && given('maeLossWeight')) refuse('maeLossWeight', 'cav has no reconstruction');
}
