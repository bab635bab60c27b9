// The detector's network: a small convolutional front end for sound or pictures, then dilated convolutions over time and a logit per
// class and for "nothing" in every output frame.
import type { Tensor, Tensor3D, Tensor4D, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../../shared/engineError.ts';
import type { Random } from '../../training/random.ts';
import type { Modality } from '../timedSpan.ts';
import { gridChannels, gridSize } from '../pictureInput.ts';
import { batchNorm } from './batchNorm.ts';

export interface NetworkConfig {
  modality: Modality;
  classes: number;
  /** Output channels of the convolutions of the front end. */
  front: number[];
  width: number;
  /** Dilations of the temporal blocks, in output frames. */
  dilations: number[];
  dropout: number;
}
/** Input frames for one output frame: 10 ms spectra give 20 ms, pictures stay. */
export const frameStride: Record<Modality, number> = { audio: 2, visual: 1 };

/** To tell something from nothing takes less than to tell classes apart. */
export function defaultConfig(modality: Modality, classes: number): NetworkConfig {
  const front = classes === 1 ? [8, 12, 16] : [16, 24, 32];
  const dilations = modality === 'audio' ? [1, 2, 4, 8] : [1, 2];
  return { modality, classes, front, width: classes === 1 ? 32 : 64, dilations, dropout: 0.2 };
}

type Shape = number[];

export class EventNetwork {
  readonly config: NetworkConfig;
  readonly trainable = new Map<string, Variable>();
  private readonly running = new Map<string, Variable>();

  /** Weights drawn by `random` (He), or those given. */
  constructor(config: NetworkConfig, source: { random: Random } | { weights: ReadonlyMap<string, Float32Array> }) {
    this.config = config;
    for (const [name, shape] of shapesOf(config)) {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = 'random' in source ? initial(name, shape, size, source.random) : source.weights.get(name);
      if (values?.length !== size)
        throw new EngineError('CHECKPOINT_MISMATCH', `the detector's weights ${name} should be ${shape.join(' × ')}`, {
          field: name,
        });
      const runs = /\.(mean|variance)$/.test(name);
      const variable = tf.variable(tf.tensor(values, shape), !runs);
      (runs ? this.running : this.trainable).set(name, variable);
    }
  }

  /**
   * @param x audio: [B, T, 64, 1], T even; visual: [B, T, H, W, C]
   * @returns logits [B, T / stride, classes + 1]; the last is "nothing"
   */
  forward(x: Tensor, training: boolean, seed = 0): Tensor3D {
    return tf.tidy(() => {
      const frames =
        this.config.modality === 'audio' ? this.audioFront(x as Tensor4D, training) : this.visualFront(x, training);
      let h = frames;
      for (const [k, dilation] of this.config.dilations.entries()) {
        const conv = dilated(h, this.get(`temporal.${k}.w`) as Tensor3D, dilation);
        h = tf.add(h, tf.relu(this.norm(conv, `temporal.${k}`, training))) as Tensor3D;
      }
      if (training && this.config.dropout > 0) h = tf.dropout(h, this.config.dropout, undefined, seed) as Tensor3D;
      return tf.add(tf.conv1d(h, this.get('head.w') as Tensor3D, 1, 'same'), this.get('head.b')) as Tensor3D;
    });
  }

  /** Copies of all weights, running statistics among them. */
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

  private audioFront(x: Tensor4D, training: boolean): Tensor3D {
    let h = x;
    for (const k of this.config.front.keys()) {
      const conv = tf.conv2d(h, this.get(`front.${k}.w`) as Tensor4D, k === 0 ? [2, 2] : [1, 2], 'same');
      h = tf.relu(this.norm(conv, `front.${k}`, training)) as Tensor4D;
    }
    // All bands of three frames at once: [B, T', F', C] → [B, T', width].
    const [b, t, f, c] = h.shape;
    const flat = tf.reshape(h, [b, t, f * c]) as Tensor3D;
    const joined = tf.conv1d(flat, this.get('join.w') as Tensor3D, 1, 'same');
    return tf.relu(this.norm(joined, 'join', training)) as Tensor3D;
  }

  private visualFront(x: Tensor, training: boolean): Tensor3D {
    const [b, t, height, width, c] = x.shape as [number, number, number, number, number];
    let h = tf.reshape(x, [b * t, height, width, c]) as Tensor4D;
    for (const k of this.config.front.keys()) {
      const conv = tf.conv2d(h, this.get(`front.${k}.w`) as Tensor4D, 2, 'same');
      h = tf.relu(this.norm(conv, `front.${k}`, training)) as Tensor4D;
    }
    const flat = tf.reshape(h, [b, t, h.size / (b * t)]) as Tensor3D;
    const joined = tf.conv1d(flat, this.get('join.w') as Tensor3D, 1, 'same');
    return tf.relu(this.norm(joined, 'join', training)) as Tensor3D;
  }

  private norm(x: Tensor, name: string, training: boolean): Tensor {
    return batchNorm(
      x,
      {
        scale: this.get(`${name}.scale`),
        offset: this.get(`${name}.offset`),
        mean: this.get(`${name}.mean`),
        variance: this.get(`${name}.variance`),
      },
      training,
    );
  }

  private get(name: string): Variable {
    return (this.trainable.get(name) ?? this.running.get(name))!;
  }
}

/** Convolution over time with kernel [3, C, D], written as a product: tfjs has no gradient of dilated convolutions. */
function dilated(x: Tensor3D, kernel: Tensor3D, dilation: number): Tensor3D {
  const [b, t, c] = x.shape;
  const padded = tf.pad(x, [
    [0, 0],
    [dilation, dilation],
    [0, 0],
  ]) as Tensor3D;
  const taps = [0, 1, 2].map((k) => tf.slice(padded, [0, k * dilation, 0], [b, t, c]));
  const flat = tf.reshape(tf.concat(taps, 2), [b * t, 3 * c]);
  return tf.reshape(tf.matMul(flat, tf.reshape(kernel, [3 * c, kernel.shape[2]])), [b, t, kernel.shape[2]]) as Tensor3D;
}

/** Every weight's name and shape. */
export function shapesOf(config: NetworkConfig): [string, Shape][] {
  const shapes: [string, Shape][] = [];
  const normed = (name: string, kernel: Shape): void => {
    const channels = kernel.at(-1)!;
    shapes.push([`${name}.w`, kernel]);
    for (const part of ['scale', 'offset', 'mean', 'variance']) shapes.push([`${name}.${part}`, [channels]]);
  };
  const audio = config.modality === 'audio';
  let channels = audio ? 1 : gridChannels;
  let side = audio ? 64 : gridSize;
  for (const [k, width] of config.front.entries()) {
    const kernel = audio && k === 0 ? 5 : 3;
    normed(`front.${k}`, [kernel, kernel, channels, width]);
    channels = width;
    side = Math.ceil(side / 2);
  }
  normed('join', [audio ? 3 : 1, channels * (audio ? side : side * side), config.width]);
  for (const k of config.dilations.keys()) normed(`temporal.${k}`, [3, config.width, config.width]);
  shapes.push(['head.w', [1, config.width, config.classes + 1]], ['head.b', [config.classes + 1]]);
  return shapes;
}

function initial(name: string, shape: Shape, size: number, random: Random): Float32Array {
  if (/\.(scale|variance)$/.test(name)) return new Float32Array(size).fill(1);
  if (!name.endsWith('.w')) return new Float32Array(size);
  const deviation = Math.sqrt(2 / shape.slice(0, -1).reduce((a, b) => a * b, 1));
  return Float32Array.from({ length: size }, () => random.normal() * deviation * (name === 'head.w' ? 0.3 : 1));
}
