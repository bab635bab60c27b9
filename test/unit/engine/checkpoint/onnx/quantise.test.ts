// Linear layers in int8: weights per output channel, and a graph whose product is what the rules of dynamic
// quantisation give.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../../../src/engine/checkpoint/onnx/graphBuilder.ts';
import {
  channelScales,
  quantisedProduct,
  quantiseTransposed,
  type LinearWeight,
} from '../../../../../src/engine/checkpoint/onnx/quantise.ts';
import { writeOnnx } from '../../../../../src/engine/checkpoint/onnx/writeOnnx.ts';
import { randomStream } from '../../../../../src/engine/base/randomStream.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-quantise-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [out, input, rows] = [24, 40, 7];
const stream = randomStream(1);
const weight: LinearWeight = {
  name: 'layer.weight',
  out,
  input,
  // Channels of very different sizes, one of zeros.
  data: Float32Array.from({ length: out * input }, (_, i) => {
    const channel = Math.floor(i / input);
    return channel === 3 ? 0 : stream.normal() * 10 ** ((channel % 5) - 2);
  }),
};

describe('int8 weights', () => {
  it('use their whole range in every channel, and are within half a step', () => {
    const scales = channelScales(weight);
    const values = quantiseTransposed(weight, scales);
    expect(scales[3]).toBe(1);
    for (let o = 0; o < out; o++) {
      let most = 0;
      for (let i = 0; i < input; i++) {
        const value = values[i * out + o]!;
        most = Math.max(most, Math.abs(value));
        expect(Math.abs(value * scales[o]! - weight.data[o * input + i]!)).toBeLessThanOrEqual(scales[o]! * 0.50001);
      }
      expect(most).toBe(o === 3 ? 0 : 127);
    }
  });

  it('multiply as float32 does, but for the rounding of inputs and weights', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', ['N', input]);
    graph.output('y', quantisedProduct(graph, x, weight), ['N', out]);
    const file = join(folder, 'product.onnx');
    await writeOnnx(file, graph);
    const session = await InferenceSession.create(file);
    const values = Float32Array.from({ length: rows * input }, () => stream.normal());
    const { y } = await session.run({ x: new Tensor('float32', values, [rows, input]) });
    const [actual, scales] = [y!.data as Float32Array, channelScales(weight)];
    const step = (Math.max(0, ...values) - Math.min(0, ...values)) / 255;
    for (let r = 0; r < rows; r++)
      for (let o = 0; o < out; o++) {
        let [sum, slack] = [0, 1e-6];
        for (let i = 0; i < input; i++) {
          const [a, w] = [values[r * input + i]!, weight.data[o * input + i]!];
          sum += a * w;
          slack += step * (Math.abs(w) + scales[o]!) + scales[o]! * Math.abs(a);
        }
        // Half a step each way, were all roundings to fall on one side; a wrong scale or zero point is far beyond.
        expect(Math.abs(actual[r * out + o]! - sum)).toBeLessThan(0.6 * slack);
      }
    await session.release();
  });
});
