// Damaged checkpoints of every format: always an EngineError with a code a person can act on, or a file that reads;
// never a crash, a hang, or memory beyond the file's own size.
import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/openCheckpoint.ts';
import { readTensor } from '../../../../src/engine/checkpoint/tensorEntry.ts';
import { readStateDict } from '../../../../src/engine/checkpoint/torch/torchPickle.ts';
import { PickleError } from '../../../../src/engine/checkpoint/torch/pickleMachine.ts';
import { writePth } from '../../../../src/engine/checkpoint/torch/writePth.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { encodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';
import { temporaryFolder } from './smallCheckpoint.ts';

const at = temporaryFolder();
const few = [
  ['module.a', [2, 3]],
  ['module.b', [4]],
  ['module.c', []],
] as const;

/** One change of the bytes. */
type Mutation = { kind: 'set' | 'insert' | 'cut' | 'copy'; at: number; value: number; length: number };
const mutation = fc.record<Mutation>({
  kind: fc.constantFrom('set', 'set', 'set', 'insert', 'cut', 'copy'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.nat(255),
  length: fc.integer({ min: 1, max: 9 }),
});

function mutate(
  bytes: Buffer,
  mutations: readonly Mutation[],
  region: (share: number, length: number) => number,
): Buffer {
  let result = Buffer.from(bytes);
  for (const { kind, at: share, value, length } of mutations) {
    const place = Math.min(result.length - 1, Math.max(0, region(share, result.length)));
    if (kind === 'set') result.fill(value, place, Math.min(result.length, place + (length > 6 ? length : 1)));
    else if (kind === 'insert')
      result = Buffer.concat([result.subarray(0, place), Buffer.alloc(length, value), result.subarray(place)]);
    else if (kind === 'cut') result = Buffer.concat([result.subarray(0, place), result.subarray(place + length)]);
    else result.copy(result, place, Math.floor(result.length / 2), Math.floor(result.length / 2) + length);
  }
  return result;
}

/** What a damaged file ends in: the values read, or why not. */
async function outcome(path: string): Promise<{ bytes: number } | { error: unknown }> {
  try {
    const { source, entries } = await openCheckpoint(path);
    try {
      let bytes = 0;
      for (const entry of entries) bytes += (await readTensor(source, entry)).data.byteLength;
      return { bytes };
    } finally {
      await source.close();
    }
  } catch (error) {
    return { error };
  }
}

async function survives(bytes: Buffer): Promise<void> {
  const path = at('fuzzed');
  writeFileSync(path, bytes);
  const result = await outcome(path);
  expect(result).toSatisfy((end: typeof result) =>
    'bytes' in end
      ? end.bytes <= 16 * bytes.length + 1024
      : end.error instanceof EngineError &&
        ['BAD_INPUT', 'CHECKPOINT_MISMATCH'].includes(end.error.code) &&
        end.error.message.includes(path),
  );
}

const anywhere = (share: number, length: number): number => Math.floor(share * length);

describe('damaged files', () => {
  it('zip', async () => {
    await writePth(
      at('seed.pth'),
      few.map(([name, shape]) => ({
        name,
        shape,
        read: () => new Float32Array(shape.reduce<number>((n, d) => n * d, 1)),
      })),
    );
    const seed = readFileSync(at('seed.pth'));
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) =>
        survives(mutate(seed, mutations, anywhere)),
      ),
      { numRuns: 1200 },
    );
  });

  it('safetensors', async () => {
    const seed = Buffer.from(
      encodeSafetensors(
        Object.fromEntries(
          few.map(([name, shape]) => [
            name,
            { shape: [...shape], data: new Float32Array(shape.reduce<number>((n, d) => n * d, 1)) },
          ]),
        ),
        { config: '{}' },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) =>
        survives(mutate(seed, mutations, anywhere)),
      ),
      { numRuns: 1200 },
    );
  });

  it('the old format', async () => {
    const seed = readFileSync(join(import.meta.dirname, '../../../fixtures/micro/cavmae_cuda0_legacy.pth'));
    // Structure is in the pickles at the beginning.
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) =>
        survives(mutate(seed, mutations, (share) => Math.floor(share * 16_000))),
      ),
      { numRuns: 150 },
    );
  });

  it('bytes that are no pickle at all', () => {
    const refusal = (bytes: Uint8Array): unknown => {
      try {
        readStateDict(bytes);
        return null;
      } catch (thrown) {
        return thrown;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(refusal(bytes)).toSatisfy((thrown: unknown) => thrown === null || thrown instanceof PickleError);
      }),
      { numRuns: 3000 },
    );
  });
});
