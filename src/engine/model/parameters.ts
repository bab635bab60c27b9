// A model's trainable tensors under the reference's names, and strict loading of a checkpoint into them.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import type { CavMaeConfig } from './config.ts';
import { initialValue } from './initialValue.ts';
import { parameterShapes, type ModelKind, type ParameterShapes } from './parameterShapes.ts';

/** Tensors as a checkpoint reader gives them: keys of the reference without `module.`. */
export type TensorSource = Map<string, { shape: readonly number[]; data: Float32Array }>;

/** What may differ between a checkpoint and the model, by name. */
export interface LoadingExceptions {
  /** Tensors of the checkpoint that the model has no use for. */
  ignored: readonly RegExp[];
  /** Tensors of the model that start fresh when the checkpoint lacks them. */
  fresh: readonly RegExp[];
}

export const noExceptions: LoadingExceptions = { ignored: [], fresh: [] };
/** CAVMAE → CAVMAEFT: the decoder stays behind, the head is new. */
export const pretrainedToFinetune: LoadingExceptions = {
  ignored: [/^decoder_/, /^mask_token$/],
  fresh: [/^mlp_head\.[01]\./],
};

let models = 0;

/** TensorFlow.js keeps what a tape has saved when its function throws; where memory was short, the next try needs it. */
function untapedOnFailure<T>(gradients: () => T): T {
  try {
    return gradients();
  } catch (thrown) {
    for (const { saved } of tf.engine().state.activeTape ?? []) tf.dispose(saved ?? []);
    tf.engine().state.activeTape = null as never;
    throw thrown;
  }
}

/** The parameters of one model. `dispose` frees them; using one that is not there is a programming error and throws. */
export class Parameters {
  readonly kind: ModelKind;
  private readonly prefix = `m${models++}/`;
  private readonly variables = new Map<string, tf.Variable>();

  constructor(kind: ModelKind) {
    this.kind = kind;
  }

  get(name: string): tf.Variable {
    const variable = this.variables.get(name);
    if (!variable) throw new EngineError('INTERNAL', `the model has no parameter ${name}`);
    return variable;
  }

  add(name: string, shape: readonly number[], data: Float32Array): void {
    const value = tf.tensor(data, [...shape], 'float32');
    this.variables.set(name, tf.variable(value, true, this.prefix + name));
    value.dispose();
  }

  /** In the state_dict's order. */
  entries(): [string, tf.Variable][] {
    return [...this.variables];
  }

  get names(): string[] {
    return [...this.variables.keys()];
  }

  get count(): number {
    return this.entries().reduce((sum, [, variable]) => sum + variable.size, 0);
  }

  /** Replaces a value, strictly of the same shape. */
  set(name: string, data: Float32Array): void {
    const variable = this.get(name);
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, 'float32')));
  }

  /** Copies every value out. */
  toTensors(): Map<string, { shape: number[]; data: Float32Array }> {
    return new Map(
      this.entries().map(([name, variable]) => [
        name,
        { shape: variable.shape, data: new Float32Array(variable.dataSync<'float32'>()) },
      ]),
    );
  }

  /**
   * Value of a scalar loss and its gradient per parameter. Parameters the loss does not depend on have none, as in the reference,
   * so an optimiser skips them.
   * @param trainable names to differentiate by; all when left out.
   */
  gradients(
    loss: () => tf.Scalar,
    trainable: readonly string[] = this.names,
  ): { value: tf.Scalar; gradients: Map<string, tf.Tensor> } {
    const variables = trainable.map((name) => this.get(name));
    const { value, grads } = untapedOnFailure(() => tf.variableGrads(loss, variables));
    const gradients = new Map(
      Object.entries(grads).map(([name, gradient]) => [name.slice(this.prefix.length), gradient]),
    );
    return { value, gradients };
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
    this.variables.clear();
  }
}

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

/**
 * Parameters from a checkpoint, all or nothing. Entries are removed from `source` as they are taken over, so that a large file is
 * not held twice.
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
  checkTensors(shapes, source, exceptions);
  const parameters = new Parameters(kind);
  for (const [name, shape] of shapes) {
    parameters.add(name, shape, source.get(name)?.data ?? initialValue(config, name, shape, seed));
    source.delete(name);
  }
  return parameters;
}
