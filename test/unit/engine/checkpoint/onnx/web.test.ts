// The same graph in the page's runtime gives the same numbers.
import { readFileSync } from 'node:fs';
import * as node from 'onnxruntime-node';
import * as web from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { exportOnnx, type OnnxGraph } from '../../../../../src/engine/checkpoint/onnx/exportOnnx.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../smallCheckpoint.ts';

const at = temporaryFolder();
const filled = (...shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i * 0.7 + (i % 17))),
});
const mask = (length: number) => ({
  shape: [2, length],
  data: Float32Array.from({ length: 2 * length }, (_, i) => (i % length < length / 2 ? 1 : 0)),
});
const inputs: Record<string, { shape: number[]; data: Float32Array }> = {
  audio: filled(2, 32, 128),
  image: filled(2, 3, 32, 32),
  mask_a: mask(16),
  mask_v: mask(4),
};

describe('onnxruntime-web', () => {
  it.each<OnnxGraph>([{ graph: 'encoder' }, { graph: 'autoencoder' }])('$graph', async (what) => {
    const path = at(`${what.graph}.onnx`);
    await exportOnnx(path, { tensors: smallTensors(), config: { ...smallConfig }, metadata: {}, kind: 'cavmae' }, what);
    web.env.wasm.numThreads = 1;
    const [native, wasm] = [
      await node.InferenceSession.create(path),
      await web.InferenceSession.create(readFileSync(path)),
    ];
    const expected = await native.run(
      Object.fromEntries(
        native.inputNames.map((name) => [name, new node.Tensor('float32', inputs[name]!.data, inputs[name]!.shape)]),
      ),
    );
    const actual = await wasm.run(
      Object.fromEntries(
        wasm.inputNames.map((name) => [name, new web.Tensor('float32', inputs[name]!.data, inputs[name]!.shape)]),
      ),
    );
    expect([...wasm.outputNames]).toEqual([...native.outputNames]);
    for (const name of native.outputNames) {
      const [a, b] = [actual[name]!.data as Float32Array, expected[name]!.data as Float32Array];
      expect(
        a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0),
        name,
      ).toBeLessThan(1e-5);
    }
    await Promise.all([native.release(), wasm.release()]);
  });
});
