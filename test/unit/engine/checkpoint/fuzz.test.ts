// Damaged checkpoints of every format: always an EngineError with a code a person can act on, or a file that reads; never a crash, a
// hang, or memory beyond the file's own size.
import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/openCheckpoint.ts';
import { readTensor } from '../../../../src/engine/checkpoint/tensorEntry.ts';
import { readStateDict } from '../../../../src/engine/checkpoint/torchPickle.ts';
import { PickleError } from '../../../../src/engine/checkpoint/pickleMachine.ts';
import { writePth } from '../../../../src/engine/checkpoint/writePth.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { encodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';
import { temporaryFolder } from './smallCheckpoint.ts';

const at = temporaryFolder();
const few = [['module.a', [2, 3]], ['module.b', [4]], ['module.c', []]] as const;

/** One change of the bytes. */
type Mutation = { kind: 'set' | 'insert' | 'cut' | 'copy'; at: number; value: number; length: number };
const mutation = fc.record<Mutation>({ kind: fc.constantFrom('set', 'set', 'set', 'insert', 'cut', 'copy'), at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(255), length: fc.integer({ min: 1, max: 9 }) });

function mutate(bytes: Buffer, mutations: readonly Mutation[], region: (share: number, length: number) => number): Buffer {
  let result = Buffer.from(bytes);
  for (const { kind, at: share, value, length } of mutations) {
    const place = Math.min(result.length - 1, Math.max(0, region(share, result.length)));
    if (kind === 'set') result.fill(value, place, Math.min(result.length, place + (length > 6 ? length : 1)));
    else if (kind === 'insert') result = Buffer.concat([result.subarray(0, place), Buffer.alloc(length, value), result.subarray(place)]);
    else if (kind === 'cut') result = Buffer.concat([result.subarray(0, place), result.subarray(place + length)]);
    else result.copy(result, place, Math.floor(result.length / 2), Math.floor(result.length / 2) + length);
  }
  return result;
}

async function survives(bytes: Buffer): Promise<void> {
  const path = at('fuzzed');
  writeFileSync(path, bytes);
  try {
    const { source, entries } = await openCheckpoint(path);
    try {
      let total = 0;
      for (const entry of entries) total += (await readTensor(source, entry)).data.byteLength;
      expect(total).toBeLessThanOrEqual(16 * bytes.length + 1024);
    } finally {
      await source.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) throw thrown;
    expect(['BAD_INPUT', 'CHECKPOINT_MISMATCH']).toContain(thrown.code);
    expect(thrown.message).toContain(path);
  }
}

const anywhere = (share: number, length: number): number => Math.floor(share * length);

describe('damaged files', () => {
  it('zip', async () => {
    await writePth(at('seed.pth'), few.map(([name, shape]) => ({ name, shape, read: () => new Float32Array(shape.reduce<number>((n, d) => n * d, 1)) })));
    const seed = readFileSync(at('seed.pth'));
    await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => survives(mutate(seed, mutations, anywhere))), { numRuns: 1200 });
  });

  it('safetensors', async () => {
    const seed = Buffer.from(encodeSafetensors(Object.fromEntries(few.map(([name, shape]) => [name, { shape: [...shape], data: new Float32Array(shape.reduce<number>((n, d) => n * d, 1)) }])), { config: '{}' }));
    await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => survives(mutate(seed, mutations, anywhere))), { numRuns: 1200 });
  });

  it('the old format', async () => {
    const seed = readFileSync(join(import.meta.dirname, '../../../fixtures/micro/cavmae_cuda0_legacy.pth'));
    // Structure is in the pickles at the beginning.
    await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => survives(mutate(seed, mutations, (share) => Math.floor(share * 16_000)))), { numRuns: 150 });
  });

  it('bytes that are no pickle at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        readStateDict(bytes);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(PickleError);
      }
    }), { numRuns: 3000 });
  });
});
