// Parameters of a model: freshly initialised, or from a checkpoint, strictly.
import { EngineError } from '../../shared/engineError.ts';
import { gridA, gridV, type CavMaeConfig } from './config.ts';
import { initialValue } from './initialValue.ts';
import { Parameters } from './parameters.ts';
import { parameterShapes, type ModelKind, type ParameterShapes } from './parameterShapes.ts';
import { resamplePositions } from './resamplePositions.ts';

/** Tensors as a checkpoint reader gives them: keys of the reference without `module.`. */
export type TensorSource = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** What may differ between a checkpoint and the model, by name. */
export interface LoadingExceptions {
  /** Tensors of the checkpoint that the model has no use for. */
  ignored: readonly RegExp[];
  /** Tensors of the model that start fresh when the checkpoint lacks them. */
  fresh: readonly RegExp[];
  /** Positional tables may be of another length: they are resampled on their grid. */
  resamplePositions?: boolean;
}

export const noExceptions: LoadingExceptions = { ignored: [], fresh: [] };
/** CAVMAE → CAVMAEFT: the decoder stays behind, the head is new. */
export const pretrainedToFinetune: LoadingExceptions = {
  ignored: [/^decoder_/, /^mask_token$/],
  fresh: [/^mlp_head\.[01]\./],
};

/** Freshly initialised parameters (see `initialValue`). */
export function createParameters(config: CavMaeConfig, kind: ModelKind, seed: number, labelDim = 0): Parameters {
  const parameters = new Parameters(kind);
  for (const [name, shape] of parameterShapes(config, kind, labelDim))
    parameters.add(name, shape, initialValue(config, name, shape, seed));
  return parameters;
}

/** @throws EngineError CHECKPOINT_MISMATCH with both lists of missing names, or the tensor and both shapes. */
function checkNames(shapes: ParameterShapes, source: TensorSource, { ignored, fresh }: LoadingExceptions): void {
  const matches = (patterns: readonly RegExp[], name: string) => patterns.some((pattern) => pattern.test(name));
  const missing = [...shapes.keys()].filter((name) => !source.has(name) && !matches(fresh, name));
  const unexpected = [...source.keys()].filter((name) => !shapes.has(name) && !matches(ignored, name));
  if (missing.length || unexpected.length) {
    const list = (names: string[]) =>
      names.length
        ? `${names.slice(0, 12).join(', ')}${names.length > 12 ? ` and ${names.length - 12} more` : ''}`
        : 'none';
    throw new EngineError(
      'CHECKPOINT_MISMATCH',
      `the checkpoint does not match the model. Missing in the checkpoint: ${list(missing)}. Unknown to the model: ${list(unexpected)}.`,
      { field: missing[0] ?? unexpected[0]! },
    );
  }
}

/** @throws EngineError CHECKPOINT_MISMATCH: names, shapes or values (not finite) that do not fit. */
export function checkTensors(
  shapes: ParameterShapes,
  source: TensorSource,
  exceptions: LoadingExceptions = noExceptions,
): void {
  checkNames(shapes, source, exceptions);
  for (const [name, shape] of shapes) {
    const given = source.get(name);
    if (!given) continue;
    if (given.shape.length !== shape.length || given.shape.some((size, axis) => size !== shape[axis])) {
      throw new EngineError(
        'CHECKPOINT_MISMATCH',
        `tensor ${name} has shape [${given.shape.join(', ')}] in the checkpoint, the model needs [${shape.join(', ')}]`,
        { field: name },
      );
    }
    if (!given.data.every(Number.isFinite))
      throw new EngineError('CHECKPOINT_MISMATCH', `tensor ${name} holds values that are not finite numbers`, {
        field: name,
      });
  }
}

/** Replaces positional tables of another length in `source` by resampled ones. */
function fitPositions(config: CavMaeConfig, shapes: ParameterShapes, source: TensorSource): void {
  for (const [name, shape] of shapes) {
    const given = name.includes('pos_embed') ? source.get(name) : undefined;
    if (!given || given.shape[1] === shape[1]) continue;
    const audio = name.endsWith('_a');
    const [rows, columns] = audio ? gridA(config) : gridV(config);
    const from: [number, number] = audio
      ? [rows, given.shape[1]! / rows]
      : [Math.sqrt(given.shape[1]!), Math.sqrt(given.shape[1]!)];
    source.set(name, { shape, data: resamplePositions(given.data, from, [rows, columns], !audio) });
  }
}

/**
 * Parameters from a checkpoint, all or nothing. Entries are removed from `source` as they are taken over, so that a
 * large file is not held twice.
 * @throws EngineError CHECKPOINT_MISMATCH: names, shapes or values (not finite) that do not fit.
 */
export function loadParameters(
  config: CavMaeConfig,
  kind: ModelKind,
  source: TensorSource,
  options: { labelDim?: number; exceptions?: LoadingExceptions; seed?: number } = {},
): Parameters {
  const { labelDim = 0, exceptions = noExceptions, seed = 0 } = options;
  const shapes = parameterShapes(config, kind, labelDim);
  if (exceptions.resamplePositions) fitPositions(config, shapes, source);
  checkTensors(shapes, source, exceptions);
  const parameters = new Parameters(kind);
  for (const [name, shape] of shapes) {
    parameters.add(name, shape, source.get(name)?.data ?? initialValue(config, name, shape, seed));
    source.delete(name);
  }
  return parameters;
}
