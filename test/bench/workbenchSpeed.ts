// How long the window takes to follow the brush: one reconstruction of the shipped model (the small size) by
// onnxruntime-web's wasm, with the window's own arithmetic and the five pictures of each modality painted, where the
// mask of both modalities was changed or of one. Prints the least wall and processor milliseconds. node
// test/bench/workbenchSpeed.ts [rounds]
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { configOfSize } from '../../src/engine/model/config.ts';
import { createParameters } from '../../src/engine/model/loadParameters.ts';
import {
  reconstructWith,
  type MaskPair,
} from '../../src/renderer/src/features/inspect/pageModel/pageReconstruction.ts';
import { pageGraphs } from '../unit/engine/checkpoint/pageGraphs.ts';
import {
  errorPicture,
  errorScale,
  maskedPicture,
  pastedPicture,
  truePicture,
} from '../../src/shared/figures/pictures.ts';

const rounds = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(join(os.tmpdir(), 'cavmae-bench-'));
await startBackend();
const config = configOfSize('small');
const parameters = createParameters(config, 'cavmae', 1);
const tensors = new Map(
  parameters.names.map((name) => [
    name,
    { shape: parameters.get(name).shape, data: Float32Array.from(parameters.get(name).dataSync()) },
  ]),
);
const threads = Number(process.env.THREADS ?? 2);
const { run } = await pageGraphs(
  { tensors, config: { ...config }, metadata: {}, kind: 'cavmae' },
  (part) => join(folder, `${part}.onnx`),
  threads,
);
const audio = Float32Array.from({ length: 1024 * 128 }, (_, i) => Math.sin(i * 0.013));
const image = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i * 0.0031));
interface Figure {
  hidden: number;
  stroke: string;
  wall: number;
  cpu: number;
}
const figures: Figure[] = [];
const maskOf = (length: number, share: number, k: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Number((i * 37 + k) % 100 < share * 100));
async function reconstruct(masks: MaskPair): Promise<{ wall: number; cpu: number }> {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const sides = await reconstructWith(run, { audio, image }, masks, false);
  for (const [modality, { original, predicted, mask, error }] of Object.entries(sides) as [
    'A' | 'V',
    typeof sides.A,
  ][]) {
    for (const picture of [
      truePicture(original),
      maskedPicture(original, mask, modality),
      truePicture(predicted),
      pastedPicture(original, predicted, mask, modality),
      errorPicture(original, error, mask, modality, errorScale(error, mask)),
    ])
      if (!picture.pixels.length) throw new Error('nothing was painted');
  }
  const used = process.cpuUsage(cpu);
  return { wall: performance.now() - from, cpu: (used.user + used.system) / 1000 };
}
for (const hidden of [0.05, 0.75]) {
  for (let k = 0; k < rounds; k++) {
    const masks = { A: maskOf(512, hidden, k), V: maskOf(196, hidden, k) };
    // One after the other: what a stroke leaves alone is what the one before it had.
    for (const [stroke, now] of [
      ['both', masks],
      ['the sound', { ...masks, A: maskOf(512, hidden, k + 50) }],
      ['the picture', { A: maskOf(512, hidden, k + 50), V: maskOf(196, hidden, k + 50) }],
    ] as const)
      figures.push({ hidden, stroke, ...(await reconstruct(now)) });
  }
}
for (const hidden of [0.05, 0.75]) {
  for (const stroke of ['both', 'the sound', 'the picture']) {
    const of = figures.filter((one) => one.hidden === hidden && one.stroke === stroke).slice(1);
    const least = (key: 'wall' | 'cpu'): string => Math.min(...of.map((one) => one[key])).toFixed(0);
    console.log(
      `${hidden * 100} % hidden, the mask of ${stroke} changed, ${threads} threads: wall ${least('wall')} ms, processor ${least('cpu')} ms (least of ${of.length}); load ${os.loadavg()[0]!.toFixed(1)}`,
    );
  }
}
rmSync(folder, { recursive: true });
process.exit(0);
