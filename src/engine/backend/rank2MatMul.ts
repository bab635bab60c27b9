// Rank-2 products through TensorFlow's MatMul kernel (oneDNN) instead of BatchMatMulV2, which tfjs-node uses for all
// ranks.
import * as tf from '@tensorflow/tfjs';

interface Attribute {
  name: string;
  type: number;
  value: unknown;
}
interface NodeBackend {
  binding: { TF_ATTR_TYPE: number; TF_ATTR_BOOL: number; TF_FLOAT: number };
  executeSingleOutput(name: string, attributes: Attribute[], inputs: tf.TensorInfo[]): tf.TensorInfo;
}

/** Replaces the kernel once; other ranks and dtypes keep the package's own. */
export function useRank2MatMul(): void {
  const own = tf.getKernel('BatchMatMul', 'tensorflow');
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  tf.unregisterKernel('BatchMatMul', 'tensorflow');
  tf.registerKernel({
    kernelName: 'BatchMatMul',
    backendName: 'tensorflow',
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
      if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== 'float32' || b.dtype !== 'float32')
        return own.kernelFunc(call);
      const flag = (name: string, value: unknown): Attribute => ({ name, type: binding.TF_ATTR_BOOL, value });
      return backend.executeSingleOutput(
        'MatMul',
        [
          { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
          flag('transpose_a', call.attrs?.transposeA),
          flag('transpose_b', call.attrs?.transposeB),
        ],
        [a, b],
      );
    },
  });
}
