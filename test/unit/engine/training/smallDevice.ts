// TEST CODE. A device whose memory holds what a gradient needs of a few clips only: TensorFlow's own words when more is
// asked for.
import * as tf from '@tensorflow/tfjs';
import { vi } from 'vitest';

/**
 * Until the returned function is called, attention [N, heads, L, L] of more than `clips` clips fails under a tape; it
 * returns how often that was.
 */
export function smallDevice(clips: number): () => number {
  let refused = 0;
  const engine = tf.engine();
  const run = engine.runKernel.bind(engine);
  const spy = vi.spyOn(engine, 'runKernel').mockImplementation(((
    name: string,
    inputs: tf.NamedTensorMap,
    attributes: object,
  ) => {
    const result = run(name, inputs, attributes as never) as tf.Tensor;
    if (!(name === 'BatchMatMul' && result.rank === 4 && result.shape[0]! > clips && engine.state.gradientDepth > 0))
      return result;
    refused++;
    throw new Error(
      `ResourceExhausted: OOM when allocating tensor with shape[${result.shape.join(',')}] and type float on a device of the test`,
    );
  }) as typeof engine.runKernel);
  return () => {
    spy.mockRestore();
    return refused;
  };
}
