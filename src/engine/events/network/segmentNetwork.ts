// The segment classifier: which class an event is, from its patch and its length. Convolutions see the whole event at
// once.
import type { Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../../shared/engineError.ts';
import type { Random } from '../../training/random.ts';
import { spectralBands } from '../spectralInput.ts';
import { batchNorm } from './batchNorm.ts';
import { patchFrames } from './segmentPatches.ts';

export interface SegmentConfig {
  classes: number;
  front: number[];
  dropout: number;
}
export const segmentConfig = (classes: number): SegmentConfig => ({ classes, front: [16, 32, 48, 64], dropout: 0.3 });

export class SegmentNetwork {
  readonly config: SegmentConfig;
  readonly trainable = new Map<string, Variable>();
  private readonly running = new Map<string, Variable>();

  /** Weights drawn by `random` (He), or those given. */
  constructor(config: SegmentConfig, source: { random: Random } | { weights: ReadonlyMap<string, Float32Array> }) {
    this.config = config;
    for (const [name, shape] of segmentShapes(config)) {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = 'random' in source ? initial(name, shape, size, source.random) : source.weights.get(name);
      if (values?.length !== size)
        throw new EngineError('CHECKPOINT_MISMATCH', `the detector's weights ${name} should be ${shape.join(' × ')}`, {
          field: name,
        });
      const runs = /\.(mean|variance)$/.test(name);
      (runs ? this.running : this.trainable).set(name, tf.variable(tf.tensor(values, shape), !runs));
    }
  }

  /** @param x [B, 48, 64, 1] @param lengths [B, 1], see `logLength` @returns logits [B, K] */
  forward(x: Tensor4D, lengths: Tensor2D, training: boolean, seed = 0): Tensor2D {
    return tf.tidy(() => {
      let h = x;
      for (const k of this.config.front.keys()) {
        const conv = tf.conv2d(h, this.get(`front.${k}.w`) as Tensor4D, k === 3 ? [1, 2] : [2, 2], 'same');
        h = tf.relu(this.norm(conv, `front.${k}`, training)) as Tensor4D;
      }
      let flat = tf.reshape(h, [x.shape[0], -1]) as Tensor2D;
      if (training) flat = tf.dropout(flat, this.config.dropout, undefined, seed) as Tensor2D;
      const joined = tf.concat([flat, lengths], 1) as Tensor2D;
      return tf.add(tf.matMul(joined, this.get('head.w') as Tensor2D), this.get('head.b')) as Tensor2D;
    });
  }

  weights(): Map<string, { shape: number[]; data: Float32Array }> {
    return new Map(
      [...this.trainable, ...this.running].map(([name, variable]) => [
        name,
        { shape: variable.shape, data: Float32Array.from(variable.dataSync() as Float32Array) },
      ]),
    );
  }

  dispose(): void {
    for (const variable of [...this.trainable.values(), ...this.running.values()]) variable.dispose();
  }

  private norm(x: Tensor4D, name: string, training: boolean) {
    const part = (kind: string) => this.get(`${name}.${kind}`);
    return batchNorm(
      x,
      { scale: part('scale'), offset: part('offset'), mean: part('mean'), variance: part('variance') },
      training,
    );
  }

  private get(name: string): Variable {
    return (this.trainable.get(name) ?? this.running.get(name))!;
  }
}

export function segmentShapes(config: SegmentConfig): [string, number[]][] {
  const shapes: [string, number[]][] = [];
  let [channels, time, bands] = [1, patchFrames, spectralBands];
  for (const [k, width] of config.front.entries()) {
    const kernel = k === 0 ? 5 : 3;
    shapes.push([`front.${k}.w`, [kernel, kernel, channels, width]]);
    for (const part of ['scale', 'offset', 'mean', 'variance']) shapes.push([`front.${k}.${part}`, [width]]);
    channels = width;
    time = k === 3 ? time : Math.ceil(time / 2);
    bands = Math.ceil(bands / 2);
  }
  shapes.push(['head.w', [channels * time * bands + 1, config.classes]], ['head.b', [config.classes]]);
  return shapes;
}

function initial(name: string, shape: number[], size: number, random: Random): Float32Array {
  if (/\.(scale|variance)$/.test(name)) return new Float32Array(size).fill(1);
  if (!name.endsWith('.w')) return new Float32Array(size);
  const deviation = Math.sqrt(2 / shape.slice(0, -1).reduce((a, b) => a * b, 1));
  return Float32Array.from({ length: size }, () => random.normal() * deviation * (name === 'head.w' ? 0.3 : 1));
}
