// A scope whose result is plain data: every tensor made inside is freed. `tf.tidy` would walk a returned array element
// by element in search of tensors.
import * as tf from '@tensorflow/tfjs';

export function freeing<T>(compute: () => T): T {
  const engine = tf.engine();
  engine.startScope('freeing');
  try {
    return compute();
  } finally {
    engine.endScope();
  }
}
