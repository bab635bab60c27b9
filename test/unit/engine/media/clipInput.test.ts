import { afterAll, describe, expect, it, vi } from 'vitest';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureClipInput, type ClipInputMaker } from '../../../../src/engine/media/clipInput.ts';
import { inputPathOf } from '../../../../src/engine/media/inputPath.ts';
import { encodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';

const path = mkdtempSync(join(tmpdir(), 'cavmae-clip-input-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));
const clip = (contentHash: string) => ({
  absolutePath: '/films/a.mp4',
  kind: 'video' as const,
  startS: 0,
  endS: 10,
  contentHash: contentHash.padEnd(64, '0'),
});

/** A worker whose preparations end when the test says so, or are cancelled. */
function worker() {
  const ends: ((error?: Error) => void)[] = [];
  const prepare: ClipInputMaker['media']['calls']['prepare'] = (_, { signal } = {}) =>
    new Promise<void>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve()));
      signal?.addEventListener('abort', () => reject(new EngineError('CANCELLED', 'cancelled')));
    });
  return { ends, maker: { workspace: { path }, media: { calls: { prepare } } } };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('ensureClipInput', () => {
  it('prepares a clip once for all who ask', async () => {
    const { ends, maker } = worker();
    const all = [ensureClipInput(maker, clip('a')), ensureClipInput(maker, clip('a'))];
    await vi.waitFor(() => expect(ends).toHaveLength(1), 5000);
    ends[0]!();
    expect(new Set(await Promise.all(all)).size).toBe(1);
  });

  it('goes on for the others when the first who asked gives up', async () => {
    const { ends, maker } = worker();
    const first = new AbortController();
    const all = Promise.allSettled([
      ensureClipInput(maker, clip('b'), { signal: first.signal }),
      ensureClipInput(maker, clip('b')),
      ensureClipInput(maker, clip('b')),
    ]);
    await settled();
    first.abort();
    await settled();
    expect(ends).toHaveLength(2);
    ends[1]!();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  it('is made again for who wants the frames of CAV-MAE Sync, also while it is being made without them', async () => {
    const { ends, maker } = worker();
    const asked: (boolean | undefined)[] = [];
    const { prepare } = maker.media.calls;
    maker.media.calls.prepare = (input, options) => {
      asked.push(input.aligned);
      return prepare(input, options);
    };
    const write = (metadata: Record<string, string>): void => {
      const file = inputPathOf(path, clip('d'));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, encodeSafetensors({ fbank: { shape: [4], data: new Float32Array(4) } }, metadata));
    };
    const plain = ensureClipInput(maker, clip('d'));
    await vi.waitFor(() => expect(asked).toEqual([undefined]), 5000);
    const aligned = ensureClipInput(maker, clip('d'), { aligned: true });
    await settled();
    expect(asked).toEqual([undefined]);
    write({ badges: '' });
    ends[0]!();
    await plain;
    await vi.waitFor(() => expect(asked).toEqual([undefined, true]), 5000);
    write({ badges: '', alignedFrames: '16' });
    ends[1]!();
    expect(await aligned).toBe(await plain);
    // Now it serves both.
    await ensureClipInput(maker, clip('d'));
    await ensureClipInput(maker, clip('d'), { aligned: true });
    expect(asked).toHaveLength(2);
  });

  it('tells everyone who asked why a clip cannot be prepared', async () => {
    const { ends, maker } = worker();
    const all = Promise.allSettled([ensureClipInput(maker, clip('c')), ensureClipInput(maker, clip('c'))]);
    await settled();
    ends[0]!(new EngineError('DECODE_FAILED', 'a.mp4 cannot be decoded'));
    expect(
      (await all).map((one) => (one.status === 'rejected' ? (one.reason as EngineError).code : one.status)),
    ).toEqual(['DECODE_FAILED', 'DECODE_FAILED']);
    expect(ends).toHaveLength(1);
  });
});

describe('a cached input', () => {
  const input = encodeSafetensors({ fbank: { shape: [4], data: new Float32Array(4) } }, { badges: '' });

  it('is made again where it is empty or torn, and used where it is whole', async () => {
    const { ends, maker } = worker();
    const made = () => ensureClipInput(maker, clip('f'));
    const file = inputPathOf(path, clip('f'));
    mkdirSync(dirname(file), { recursive: true });
    for (const torn of [new Uint8Array(0), input.subarray(0, 20), input.subarray(0, input.length - 1)]) {
      writeFileSync(file, torn);
      const before = ends.length;
      const again = made();
      await settled();
      expect(ends).toHaveLength(before + 1);
      ends.at(-1)!();
      await again;
    }
    writeFileSync(file, input);
    expect(await made()).toBe(file);
    expect(ends).toHaveLength(3);
  });

  it('of a reader is used where it lies and made elsewhere', async () => {
    const cachePath = mkdtempSync(join(tmpdir(), 'cavmae-reader-'));
    const { ends, maker } = worker();
    const reader = { ...maker, workspace: { path, cachePath } };
    const file = inputPathOf(path, clip('g'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, input);
    utimesSync(file, 1000, 1000);
    expect(await ensureClipInput(reader, clip('g'))).toBe(file);
    expect(statSync(file).mtimeMs).toBe(1_000_000);
    const other = ensureClipInput(reader, clip('h'));
    await settled();
    ends[0]!();
    expect(await other).toBe(inputPathOf(cachePath, clip('h')));
    rmSync(cachePath, { recursive: true });
  });
});
