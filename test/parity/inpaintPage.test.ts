// The reference's inpainting through the window's own path: the exported graph in onnxruntime-web, the window's
// arithmetic, and the pictures that window, command line and exports share.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../src/engine/checkpoint/loadCheckpoint.ts';
import {
  reconstructWith,
  type RunGraph,
} from '../../src/renderer/src/features/inspect/pageModel/pageReconstruction.ts';
import { pastedPicture, pastedPlane, truePicture } from '../../src/shared/figures/pictures.ts';
import { pageGraphs } from '../unit/engine/checkpoint/pageGraphs.ts';
import { compare, compareValue, has, json, pathOf, tensor } from './fixtures.ts';
import { modelFolder, runnableFolders } from './modelFolder.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-inpaint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runOf = async (name: string): Promise<RunGraph> =>
  (
    await pageGraphs(await loadCheckpoint(pathOf(`${name}/cavmae.safetensors`)), (part) =>
      join(folder, `${name}-${part}.onnx`),
    )
  ).run;

/** The committed subset holds none: then this is skipped, and said. */
const names = runnableFolders('tiny').filter((name) => has(`${name}/inpaint.json`));

describe('inpainting in the window', () => {
  it.skipIf(names.length === 0).each(names.length ? names : ['no folder with inputs'])(
    '%s: the reference’s losses and pasted pictures',
    async (name) => {
      const run = await runOf(name);
      const [audio, image] = [tensor(`${name}/in_a.bin`), tensor(`${name}/in_v.bin`)];
      const masks = modelFolder(name).masks();
      const batch = audio.shape[0]!;
      const row = <T extends Float32Array>(all: T, n: number): T =>
        all.slice(n * (all.length / batch), (n + 1) * (all.length / batch)) as T;
      const losses = { a: 0, v: 0 };
      for (let n = 0; n < batch; n++) {
        const pair = { A: Uint8Array.from(row(masks.a!.mask, n)), V: Uint8Array.from(row(masks.v!.mask, n)) };
        const { A, V } = await reconstructWith(
          run,
          { audio: row(audio.data, n), image: row(image.data, n) },
          pair,
          false,
        );
        // As many are removed in each of the batch, so its loss is the mean of theirs.
        losses.a += A.loss! / batch;
        losses.v += V.loss! / batch;
        if (n > 0) continue;
        const pastedA = pastedPlane(A.original, A.predicted, A.mask, 'A');
        // The reference keeps the spectrogram as [mel, time], low bands first.
        compare(
          Float32Array.from(
            { length: 128 * 1024 },
            (_, i) => pastedA.values[(127 - Math.floor(i / 1024)) * 1024 + (i % 1024)]!,
          ),
          `${name}/inpaint_paste_a.bin`,
        );
        const pastedV = pastedPlane(V.original, V.predicted, V.mask, 'V').values;
        const [mean, deviation] = [
          [0.485, 0.456, 0.406],
          [0.229, 0.224, 0.225],
        ];
        compare(
          Float32Array.from({ length: 3 * 224 ** 2 }, (_, i) => {
            const channel = Math.floor(i / 224 ** 2);
            return (pastedV[(i % 224 ** 2) * 3 + channel]! - mean[channel]!) / deviation[channel]!;
          }),
          `${name}/inpaint_paste_v.bin`,
        );
        // What is painted is the colours of those values.
        for (const [side, modality] of [
          [A, 'A'],
          [V, 'V'],
        ] as const)
          expect(pastedPicture(side.original, side.predicted, side.mask, modality).pixels).toEqual(
            truePicture(pastedPlane(side.original, side.predicted, side.mask, modality)).pixels,
          );
      }
      const expected = json(`${name}/inpaint.json`) as { loss_a: number; loss_v: number };
      compareValue(losses.a, expected.loss_a, `${name}/inpaint.json`, { rtol: 2e-5 }, 'audio, in the window');
      compareValue(losses.v, expected.loss_v, `${name}/inpaint.json`, { rtol: 2e-5 }, 'image, in the window');
    },
  );
});
