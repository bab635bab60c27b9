// A model's trainable tensors under the reference's names.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import type { ModelKind } from './parameterShapes.ts';

let models = 0;

/** TensorFlow.js keeps what a tape has saved when its function throws. The next try may need that memory. */
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
   * Value of a scalar loss and its gradient per parameter. Parameters the loss does not depend on have none, as in the
   * reference, so an optimiser skips them.
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
