// The classifier's graph for whole clips against the application's own way: frames averaged before or after the head.
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassifierMode } from '../../../../../src/shared/contract/modes.ts';
import type { ClipClassifier } from '../../../../../src/engine/checkpoint/onnx/clipClassifierGraph.ts';
import { exportOnnx } from '../../../../../src/engine/checkpoint/onnx/exportOnnx.ts';
import type { TensorMap } from '../../../../../src/engine/checkpoint/tensorEntry.ts';
import { finetuneForward, mlpHead } from '../../../../../src/engine/model/cavMaeFt.ts';
import { concatTokens, encodeA, encodeJ, encodeV, pool } from '../../../../../src/engine/model/encoder.ts';
import { loadParameters } from '../../../../../src/engine/model/loadParameters.ts';
import { patchEmbedA, patchEmbedV } from '../../../../../src/engine/model/patchEmbed.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../smallCheckpoint.ts';

const at = temporaryFolder();
const classes = 3;
const filled = (...shape: number[]): { shape: number[]; data: Float32Array } => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => Math.sin(i * 0.7 + (i % 17))),
});
const [audio, image] = [filled(2, 32, 128), filled(6, 3, 32, 32)];
let tensors: TensorMap;
beforeAll(async () => {
  await tf.setBackend('cpu');
  tensors = smallTensors('cavmaeft', classes, smallConfig);
  let n = 0;
  for (const [name, { data }] of tensors)
    if (name.includes('norm') || name.startsWith('mlp_head'))
      for (let i = 0; i < data.length; i++) data[i] = data[i]! + 0.4 * Math.sin(i + n++);
});

async function run(what: ClipClassifier): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>> {
  const path = at(`${what.mode}-${what.mean}-${what.only}.onnx`);
  await exportOnnx(
    path,
    { tensors, config: { ...smallConfig }, metadata: {}, kind: 'cavmaeft' },
    { graph: 'clips', ...what },
  );
  const session = await ort.InferenceSession.create(path);
  const feeds: Record<string, { shape: number[]; data: Float32Array }> = { audio, image };
  const results = await session.run(
    Object.fromEntries(
      session.inputNames.map((name) => [name, new ort.Tensor('float32', feeds[name]!.data, feeds[name]!.shape)]),
    ),
  );
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]),
  );
}
const model = () => ({
  config: smallConfig,
  parameters: loadParameters(smallConfig, 'cavmaeft', new Map(tensors), { labelDim: classes }),
});
const [a, v] = [() => tf.tensor3d(audio.data, [2, 32, 128]), () => tf.tensor4d(image.data, [6, 3, 32, 32])];
const logitsOf = (mode: ClassifierMode): tf.Tensor2D =>
  finetuneForward(
    model(),
    { audio: tf.gather(a(), mode.includes('audioonly') ? [0, 1] : [0, 0, 0, 1, 1, 1]), image: v() },
    mode,
  );

function compare(actual: { data: Float32Array } | undefined, expected: tf.Tensor): void {
  const values = expected.dataSync<'float32'>();
  expect(actual!.data.length).toBe(values.length);
  for (const [i, value] of values.entries()) expect(actual!.data[i]).toBeCloseTo(value, 4);
}

describe('a clip classifier', () => {
  it('averages the probabilities of frames, as a finetuned model is asked', async () => {
    const out = await run({ mode: 'multimodal', activation: 'softmax', mean: 'probabilities' });
    const logits = logitsOf('multimodal');
    compare(out.logits, logits);
    compare(out.probabilities, tf.softmax(logits).reshape([2, 3, classes]).mean(1));
    expect(out.probabilities!.dims).toEqual([2, classes]);
  });

  it('averages embeddings before the head, as a head on stored embeddings saw them', async () => {
    const out = await run({ mode: 'multimodal', activation: 'sigmoid', mean: 'embeddings' });
    const m = model();
    const perFrame = tf.gather(encodeA(m, patchEmbedA(m, a())), [0, 0, 0, 1, 1, 1]);
    const joint = pool(encodeJ(m, concatTokens(perFrame, encodeV(m, patchEmbedV(m, v()))), ''));
    compare(
      out.probabilities,
      tf.sigmoid(mlpHead(m, joint.reshape([2, 3, smallConfig.embedDim]).mean(1) as tf.Tensor2D)),
    );
  });

  it.each([
    ['audioonly', 'audioonly'],
    ['videoonly', 'videoonly'],
  ] as const)('looks at one modality where that is its mode: %s', async (mode, ftMode) => {
    const out = await run({ mode, activation: 'softmax', mean: 'probabilities' });
    const p = tf.softmax(logitsOf(ftMode));
    compare(out.probabilities, mode === 'audioonly' ? p : p.mean(0, true));
  });

  it('takes clips that lack a modality in the reference’s way, or by the joint stream of the one they have', async () => {
    compare(
      (await run({ mode: 'multimodal', activation: 'softmax', mean: 'probabilities', only: 'audio' })).probabilities,
      tf.softmax(logitsOf('missingaudioonly')),
    );
    const m = model();
    const sound = pool(encodeJ(m, encodeA(m, patchEmbedA(m, a())), ''));
    compare(
      (await run({ mode: 'multimodal', activation: 'softmax', mean: 'embeddings', only: 'audio' })).probabilities,
      tf.softmax(mlpHead(m, sound)),
    );
    const pictures = pool(encodeJ(m, encodeV(m, patchEmbedV(m, v())), '')).mean(0, true) as tf.Tensor2D;
    compare(
      (await run({ mode: 'multimodal', activation: 'softmax', mean: 'embeddings', only: 'image' })).probabilities,
      tf.softmax(mlpHead(m, pictures)),
    );
  });
});
