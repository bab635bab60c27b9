import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { forInputGroups } from '../../../../src/engine/workers/forInputs.ts';
import { writeAtomically } from '../../../../src/engine/base/writeAtomically.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { encodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';

let folder: string;
let inputs: string[];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'inputs-'));
  inputs = [0, 1, 2].map((k) => path.join(folder, `${k}.safetensors`));
  for (const one of inputs)
    await writeAtomically(one, encodeSafetensors({ fbank: { shape: [4, 128], data: new Float32Array(512) } }, {}));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (each: (indices: number[]) => void) =>
  forInputGroups(
    [...inputs, path.join(folder, 'gone')],
    2,
    () => 'sound',
    new AbortController().signal,
    async (_, indices) => each(indices),
  );

it('names the inputs that fail and does the others, alone where their group fails', async () => {
  const done: number[] = [];
  const failed = await run((indices) => {
    if (indices.includes(1)) throw new EngineError('BAD_INPUT', 'odd');
    done.push(...indices);
  });
  expect(failed.map(({ index, code }) => `${index} ${code}`)).toEqual(['1 BAD_INPUT', '3 NOT_FOUND']);
  expect(done).toEqual([0, 2]);
});

it.each(['DISK_FULL', 'CANCELLED'] as const)('%s is the fault of no input and stops the whole', async (code) => {
  await expect(
    run((indices) => {
      if (indices.includes(2)) throw new EngineError(code, 'the disk is full');
    }),
  ).rejects.toMatchObject({ code });
});
