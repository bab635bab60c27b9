// The exported graphs, run by onnxruntime, against the reference's numbers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { classifierModes } from '../../src/shared/contract/modes.ts';
import { loadCheckpoint } from '../../src/engine/checkpoint/loadCheckpoint.ts';
import { exportOnnx, type OnnxGraph } from '../../src/engine/checkpoint/onnx/exportOnnx.ts';
import { compare, has, pathOf, tensor } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A fixture folder with weights and inputs. */
const models = [
  'micro',
  'micro_small',
  'tiny',
  'sync/tiny',
  'sync/micro',
  'sync/micro_heads',
  'sync/micro_heads_mean',
  'sync/micro_reg',
  'sync/micro_cls',
  'sync/micro2u',
  'sync/micro_keep',
].filter((name) => has(`${name}/cavmae.safetensors`, `${name}/in_a.bin`, `${name}/in_v.bin`));

async function run(
  name: string,
  file: 'cavmae' | 'cavmaeft',
  what: OnnxGraph,
  inputs: Record<string, string>,
): Promise<Record<string, Float32Array>> {
  const path = join(folder, `${name}-${file}-${JSON.stringify(what).replaceAll(/\W/g, '')}.onnx`);
  await exportOnnx(path, await loadCheckpoint(pathOf(`${name}/${file}.safetensors`)), what);
  const session = await ort.InferenceSession.create(path);
  const feeds = Object.fromEntries(
    session.inputNames.map((input) => {
      const { shape, data } = tensor(inputs[input] as string);
      return [input, new ort.Tensor('float32', data, shape)];
    }),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([key, { data }]) => [key, data as Float32Array]));
}

describe.each(models)('%s', (name) => {
  const inputs = {
    audio: `${name}/in_a.bin`,
    image: `${name}/in_v.bin`,
    mask_a: `${name}/mask_a.bin`,
    mask_v: `${name}/mask_v.bin`,
  };

  it('encoder: patch tokens and embeddings', async () => {
    const { tokens_a, tokens_v, c_a, c_v, joint } = await run(name, 'cavmae', { graph: 'encoder' }, inputs);
    compare(tokens_a!, `${name}/feat_a.bin`);
    compare(tokens_v!, `${name}/feat_v.bin`);
    const [batch = 0] = tensor(inputs.audio).shape;
    expect([c_a!.length, c_v!.length, joint!.length]).toEqual(
      Array(3).fill(batch * (tokens_a!.length / (tensor(`${name}/feat_a.bin`).shape[1] as number) / batch)),
    );
    // CAV-MAE Sync's embedding is its class token, where it has one.
    for (const [stream, embedding] of [
      ['a', c_a!],
      ['v', c_v!],
    ] as const) {
      const expected = [`${name}/feat_cls_${stream}.bin`, `${name}/pooled_${stream}.bin`].find((file) => has(file));
      if (expected) compare(embedding, expected);
    }
  });

  it.skipIf(name.includes('keep') || !has(`${name}/mask_a.bin`, `${name}/pred_a.bin`, `${name}/pred_v.bin`))(
    'autoencoder: predictions for a given mask',
    async () => {
      const { pred_a, pred_v } = await run(name, 'cavmae', { graph: 'autoencoder' }, inputs);
      expect(pred_a!.length).toBeGreaterThan(0);
      compare(pred_a!, `${name}/pred_a.bin`);
      compare(pred_v!, `${name}/pred_v.bin`);
    },
  );

  it.each(classifierModes.filter((mode) => has(`${name}/cavmaeft.safetensors`, `${name}/logits_${mode}.bin`)))(
    'classifier, %s',
    async (mode) => {
      const { logits } = await run(name, 'cavmaeft', { graph: 'classifier', mode }, inputs);
      expect(logits!.length).toBeGreaterThan(0);
      compare(logits!, `${name}/logits_${mode}.bin`);
    },
  );
});
