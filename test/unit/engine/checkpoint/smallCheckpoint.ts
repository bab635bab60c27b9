// Checkpoints for tests: a CAV-MAE of the smallest sizes, and files with a few tensors.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { TensorMap } from '../../../../src/engine/checkpoint/tensorEntry.ts';
import { sizes, type CavMaeConfig } from '../../../../src/engine/model/config.ts';
import { initialValue } from '../../../../src/engine/model/initialValue.ts';
import { parameterShapes, type ModelKind } from '../../../../src/engine/model/parameterShapes.ts';

/** Its heads are as wide as in the published sizes, so that its shapes tell everything. */
export const smallConfig: CavMaeConfig = {
  ...sizes.tiny,
  audioLength: 32,
  imgSize: 32,
  embedDim: 64,
  numHeads: 1,
  specificDepth: 1,
  decoderEmbedDim: 32,
  decoderDepth: 1,
  decoderNumHeads: 1,
};

export const smallTensors = (kind: ModelKind = 'cavmae', classes = 0, config = smallConfig): TensorMap =>
  new Map(
    [...parameterShapes(config, kind, classes)].map(([name, shape]) => [
      name,
      { shape, data: initialValue(config, name, shape, 1) },
    ]),
  );

/** A folder that goes when the tests of this file have run. */
export function temporaryFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'cavmae-checkpoint-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}
