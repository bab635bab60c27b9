// Models in the compute worker, opened from a checkpoint or freshly initialised. A model is freed some time after
// its last use.
import { stat } from 'node:fs/promises';
import { startBackend } from '../backend/startBackend.ts';
import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { EngineError } from '../../shared/engineError.ts';
import { configOfCheckpoint } from '../model/configOfCheckpoint.ts';
import { configOfSize } from '../model/config.ts';
import type { Model } from '../model/model.ts';
import { createParameters, loadParameters } from '../model/loadParameters.ts';

interface Kept {
  model: Promise<Model>;
  users: number;
  usedAt: number;
}

/** Models kept without being in use; the base size takes 0.8 GB. */
const IDLE_MODELS = 1;
const kept = new Map<string, Kept>();
let clock = 0;

/** `random:<size>:<seed>`: an untrained model, the same for the same seed. */
function randomModel(spec: string): Model {
  const [, size = '', seedText = ''] = spec.split(':');
  const seed = Number(seedText);
  if (!/^\d+$/.test(seedText) || !Number.isSafeInteger(seed))
    throw new EngineError('BAD_INPUT', `"${spec}" should read random:<size>:<seed>, with a whole number as seed`, {
      field: 'model',
    });
  const config = configOfSize(size);
  return { config, parameters: createParameters(config, 'cavmae', seed) };
}

async function checkpointModel(path: string): Promise<Model> {
  const { tensors, config, kind } = await loadCheckpoint(path);
  const sizes = configOfCheckpoint(tensors, config);
  return {
    config: sizes,
    parameters: loadParameters(sizes, kind, tensors, { labelDim: tensors.get('mlp_head.1.weight')?.shape[0] ?? 0 }),
  };
}

/**
 * Names a model by its file's path and time of change, so that a rewritten checkpoint is read again.
 * @throws EngineError NOT_FOUND
 */
export async function keyOf(spec: string): Promise<string> {
  if (spec.startsWith('random:')) return spec;
  const { mtimeMs, size } = await stat(spec).catch((thrown: unknown) => {
    throw new EngineError('NOT_FOUND', `there is no checkpoint ${spec}`, { path: spec }, thrown);
  });
  return `${spec}|${mtimeMs}|${size}`;
}

async function release(key: string): Promise<void> {
  const entry = kept.get(key);
  if (!entry) return;
  kept.delete(key);
  const model = await entry.model.catch(() => null);
  model?.parameters.dispose();
}

const idle = (): [string, Kept][] =>
  [...kept].filter(([, entry]) => entry.users === 0).toSorted(([, a], [, b]) => a.usedAt - b.usedAt);

/**
 * Runs `use` with the model of a checkpoint file (.safetensors, .pth) or of `random:<size>:<seed>`; it is not freed
 * meanwhile.
 * @throws EngineError NOT_FOUND, BAD_INPUT, CHECKPOINT_MISMATCH.
 */
export async function withModel<R>(spec: string, use: (model: Model) => Promise<R> | R): Promise<R> {
  await startBackend();
  const key = await keyOf(spec);
  let entry = kept.get(key);
  if (!entry) {
    const unused = idle();
    for (const [old] of unused.slice(0, Math.max(0, unused.length - IDLE_MODELS + 1))) await release(old);
    entry = {
      model: spec.startsWith('random:') ? Promise.resolve().then(() => randomModel(spec)) : checkpointModel(spec),
      users: 0,
      usedAt: 0,
    };
    kept.set(key, entry);
  }
  entry.users++;
  try {
    return await use(await entry.model);
  } catch (thrown) {
    // A checkpoint that could not be opened is tried again next time.
    entry.model.catch(() => kept.delete(key));
    throw thrown;
  } finally {
    entry.users--;
    entry.usedAt = clock++;
  }
}

/** Frees every model that is not in use. */
export async function clearModels(): Promise<void> {
  for (const [key] of idle()) await release(key);
}
