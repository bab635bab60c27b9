// How long the window takes to follow the brush: one reconstruction of the shipped model (the small size) by onnxruntime-web's wasm, with the
// window's own arithmetic and the five pictures of each modality painted. Prints wall and processor milliseconds of each round.
// node test/bench/workbenchSpeed.ts [rounds]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { exportOnnx } from '../../src/engine/checkpoint/onnx/exportOnnx.ts';
import { configOfSize } from '../../src/engine/model/config.ts';
import { createParameters } from '../../src/engine/model/parameters.ts';
import { reconstructWith, type RunGraph } from '../../src/renderer/src/features/inspect/pageReconstruction.ts';
import { errorPicture, errorScale, maskedPicture, pastedPicture, truePicture } from '../../src/shared/figures/pictures.ts';

const rounds = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(os.tmpdir(), 'cavmae-bench-'));
await startBackend();
const config = configOfSize('small');
const parameters = createParameters(config, 'cavmae', 1);
const tensors = new Map(parameters.names.map((name) => [name, { shape: parameters.get(name).shape, data: Float32Array.from(parameters.get(name).dataSync()) }]));
const path = join(folder, 'small.onnx');
await exportOnnx(path, { tensors, config: { ...config }, metadata: {}, kind: 'cavmae' }, { graph: 'autoencoder' });
ort.env.wasm.numThreads = Number(process.env.THREADS ?? 2);
const session = await ort.InferenceSession.create(readFileSync(path), { graphOptimizationLevel: 'all' });
const run: RunGraph = async (feeds) => {
  const out = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, { dims, data }]) => [name, new ort.Tensor('float32', data, dims)])));
  return Object.fromEntries(Object.entries(out).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]));
};
const audio = Float32Array.from({ length: 1024 * 128 }, (_, i) => Math.sin(i * 0.013));
const image = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i * 0.0031));
const figures: { hidden: number; wall: number; cpu: number }[] = [];
for (const share of [0.05, 0.75]) {
  for (let k = 0; k < rounds; k++) {
    const masks = { A: Uint8Array.from({ length: 512 }, (_, i) => Number((i * 37 + k) % 100 < share * 100)), V: Uint8Array.from({ length: 196 }, (_, i) => Number((i * 37 + k) % 100 < share * 100)) };
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    const sides = await reconstructWith(run, { audio, image }, masks, false);
    for (const [modality, { original, predicted, mask, error }] of Object.entries(sides) as ['A' | 'V', typeof sides.A][]) {
      for (const picture of [truePicture(original), maskedPicture(original, mask, modality), truePicture(predicted), pastedPicture(original, predicted, mask, modality), errorPicture(original, error, mask, modality, errorScale(error, mask))]) if (!picture.pixels.length) throw new Error('nothing was painted');
    }
    const used = process.cpuUsage(cpu);
    figures.push({ hidden: share, wall: performance.now() - from, cpu: (used.user + used.system) / 1000 });
  }
}
for (const share of [0.05, 0.75]) {
  const of = figures.filter(({ hidden }) => hidden === share).slice(1);
  const least = (key: 'wall' | 'cpu'): string => Math.min(...of.map((one) => one[key])).toFixed(0);
  console.log(`${share * 100} % hidden, ${ort.env.wasm.numThreads} threads: wall ${least('wall')} ms, processor ${least('cpu')} ms (least of ${of.length}); load ${os.loadavg()[0]!.toFixed(1)}`);
}
rmSync(folder, { recursive: true });
process.exit(0);
