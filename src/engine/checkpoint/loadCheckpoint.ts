// A checkpoint file → named float32 tensors and the configuration they belong to. Memory: one copy of the weights.
import { EngineError } from '../../shared/engineError.ts';
import type { ModelKind } from '../model/parameterShapes.ts';
import { encodeRecord } from './checkpointRecord.ts';
import type { ByteSource } from './byteSource.ts';
import { configOfFile } from './configOfFile.ts';
import { openCheckpoint, type OpenCheckpoint } from './openCheckpoint.ts';
import { readTensor, type NamedTensor, type TensorEntry, type TensorMap } from './tensorEntry.ts';
import { adaptVisionMae, isVisionMae } from './visionMae.ts';

export interface Checkpoint {
  /** The reference's names without `module.`, in the file's order. */
  tensors: TensorMap;
  /**
   * Fields of `CavMaeConfig`: from the file itself, else from a config.json beside it, else from shapes with the
   * paper's head counts.
   */
  config: Record<string, unknown>;
  metadata: Record<string, string>;
  kind: ModelKind;
}

export const kindOf = (has: (name: string) => boolean): ModelKind => (has('mlp_head.1.weight') ? 'cavmaeft' : 'cavmae');

function isFiniteEverywhere(data: Float32Array): boolean {
  // A sum of finite float32 values cannot leave double precision's range, and NaN or infinity never leave a sum.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] as number;
  return Number.isFinite(sum);
}

/** One tensor as float32. @throws EngineError CHECKPOINT_MISMATCH when it holds NaN or infinity */
export async function finiteTensor(source: ByteSource, entry: TensorEntry): Promise<NamedTensor> {
  const tensor = await readTensor(source, entry);
  if (isFiniteEverywhere(tensor.data)) return tensor;
  throw new EngineError(
    'CHECKPOINT_MISMATCH',
    `tensor ${entry.name} holds values that are not finite numbers (NaN or infinite)`,
    { path: source.path, field: entry.name, hint: 'Its training diverged, or the file is damaged.' },
  );
}

async function readAll({ source, entries }: OpenCheckpoint): Promise<TensorMap> {
  const tensors: TensorMap = new Map();
  for (const entry of entries) tensors.set(entry.name, await finiteTensor(source, entry));
  return tensors;
}

/**
 * Reads .pth (zip and old format) and .safetensors; a vision-MAE start checkpoint comes out adapted to CAV-MAE.
 * @throws EngineError NOT_FOUND; BAD_INPUT (damaged, or asks for more than plain weights); CHECKPOINT_MISMATCH (not a
 * CAV-MAE, values not finite)
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const file = await openCheckpoint(path);
  try {
    const names = new Set(file.entries.map(({ name }) => name));
    if (isVisionMae((name) => names.has(name))) {
      const { tensors, config } = adaptVisionMae(await readAll(file));
      return {
        tensors,
        config: { ...config },
        metadata: encodeRecord({ kind: 'cavmae', config, parent: 'vision-MAE', trained: false }),
        kind: 'cavmae',
      };
    }
    const config = { ...(await configOfFile(file)) };
    return { tensors: await readAll(file), config, metadata: file.metadata, kind: kindOf((name) => names.has(name)) };
  } finally {
    await file.source.close();
  }
}
