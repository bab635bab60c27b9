import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { awaitedInput } from '../../../../src/engine/workers/awaitedInput.ts';
import { encodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-awaited-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('asks once for an input that is gone and reads it when it is back', async () => {
  const path = join(folder, 'a.safetensors');
  const asked: string[] = [];
  const { fbank } = await awaitedInput(path, {
    signal: new AbortController().signal,
    ask: ({ missing }) => {
      asked.push(missing);
      setTimeout(
        () =>
          writeFileSync(path, encodeSafetensors({ fbank: { shape: [1, 128], data: new Float32Array(128).fill(3) } })),
        120,
      );
    },
  });
  expect(asked).toEqual([path]);
  expect(fbank![5]).toBe(3);
});

it('passes on a damaged file at once, and stops when cancelled', async () => {
  const damaged = join(folder, 'b.safetensors');
  writeFileSync(damaged, 'no');
  await expect(
    awaitedInput(damaged, { signal: new AbortController().signal, ask: () => undefined }),
  ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const controller = new AbortController();
  await expect(
    awaitedInput(join(folder, 'c.safetensors'), { signal: controller.signal, ask: () => controller.abort() }),
  ).rejects.toMatchObject({ code: 'CANCELLED' });
});
